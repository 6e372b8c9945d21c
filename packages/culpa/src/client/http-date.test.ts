import fc from 'fast-check'
import { expect, test } from 'vitest'
import { parseHttpDate } from './http-date.ts'

const now = Date.UTC(2026, 0, 1)
const weekdays = ['Sunday', 'Monday', 'Tuesday', 'Wednesday', 'Thursday', 'Friday', 'Saturday']

function forms(date: Date): Record<'current' | 'rfc850' | 'asctime', string> {
  const current = date.toUTCString()
  const [, day, month, year, time] = current.split(' ') as [string, string, string, string, string]
  const weekday = weekdays[date.getUTCDay()]!
  return {
    current,
    rfc850: `${weekday}, ${day}-${month}-${year.slice(2)} ${time} GMT`,
    asctime: `${weekday.slice(0, 3)} ${month} ${String(Number(day)).padStart(2)} ${time} ${year}`,
  }
}

test('reads the three forms that RFC 9110 shows', () => {
  const ms = Date.UTC(1994, 10, 6, 8, 49, 37)
  expect(parseHttpDate('Sun, 06 Nov 1994 08:49:37 GMT')).toBe(ms)
  expect(parseHttpDate('Sunday, 06-Nov-94 08:49:37 GMT')).toBe(ms)
  expect(parseHttpDate('Sun Nov  6 08:49:37 1994')).toBe(ms)
})

test('reads dates of 20 years back and ahead in all three forms', () => {
  const second = fc.integer({ min: now / 1000 - 20 * 31_557_600, max: now / 1000 + 20 * 31_557_600 })
  fc.assert(
    fc.property(second, (seconds) => {
      for (const text of Object.values(forms(new Date(seconds * 1000)))) {
        expect(parseHttpDate(text), text).toBe(seconds * 1000)
      }
    }),
  )
})

test.each([
  '',
  'soon',
  'soon 5',
  '1e3',
  'Sun, 06 Nov 1994',
  'Sun, 06 Nov 1994 25:49:37 GMT',
  'Sun, 06 Foo 1994 08:49:37 GMT',
  'Sun, 06 Nov 1994 08:49:37 CET',
  '2026-01-01T00:00:00Z',
])('%j is no HTTP date', (text) => {
  expect(parseHttpDate(text)).toBeNaN()
})

test('no text makes it throw', () => {
  fc.assert(fc.property(fc.string(), (text) => typeof parseHttpDate(text) === 'number'))
})
