import fc from 'fast-check'
import { expect, test } from 'vitest'
import { retryHintMs } from './retry-hint.ts'

const now = Date.UTC(2026, 0, 1)
const hint = (headers: Record<string, string>, bodySeconds?: number) =>
  retryHintMs(new Headers(headers), now, bodySeconds)

test('retry-after-ms is milliseconds, Retry-After seconds, and the finer one wins', () => {
  expect(hint({ 'retry-after-ms': '1500' })).toBe(1500)
  expect(hint({ 'retry-after': '2' })).toBe(2000)
  expect(hint({ 'retry-after': '0' })).toBe(0)
  expect(hint({ 'retry-after-ms': '1500', 'retry-after': '2' })).toBe(1500)
})

test("a date is taken against the response's own Date, however wrong the caller's clock is", () => {
  fc.assert(
    fc.property(fc.integer({ min: 0, max: 10_000 }), fc.integer({ min: -1e6, max: 1e6 }), (seconds, skew) => {
      const sent = new Date(now + skew * 1000)
      const until = new Date(sent.getTime() + seconds * 1000)
      expect(hint({ date: sent.toUTCString(), 'retry-after': until.toUTCString() })).toBe(seconds * 1000)
    }),
  )
})

test("without a Date the caller's clock counts; a date in the past is no wait", () => {
  expect(hint({ 'retry-after': new Date(now + 5000).toUTCString() })).toBe(5000)
  expect(hint({ 'retry-after': new Date(now - 5000).toUTCString() })).toBe(0)
  expect(hint({ date: 'yesterday', 'retry-after': new Date(now + 5000).toUTCString() })).toBe(5000)
})

test('RetryInfo of the body counts where no header says anything', () => {
  expect(hint({}, 0.7)).toBe(700)
  expect(hint({ 'retry-after': '1' }, 0.7)).toBe(1000)
  expect(hint({ 'retry-after': 'soon' }, 0.7)).toBe(700)
})

test.each(['', 'soon', '-1', 'NaN', 'Infinity', '1e3', '0x10', '1,2', '5 s', '١'])('%j is no hint', (text) => {
  expect(retryHintMs({ get: (name: string) => (name === 'date' ? null : text) } as Headers, now)).toBe(undefined)
})
