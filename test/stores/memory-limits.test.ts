import { afterEach, expect, test, vi } from 'vitest'
import { type MemoryLimitOptions, memoryLimits } from '../../packages/culpa/src/stores/memory.ts'
import { limitStoreSuite } from './limit-store.suite.ts'

afterEach(() => {
  vi.useRealTimers()
})

function withClock(startMs: number, options: MemoryLimitOptions = {}) {
  let time = startMs
  const store = memoryLimits({ ...options, now: () => time })
  return {
    store,
    advance(ms: number) {
      time += ms
    },
  }
}

limitStoreSuite('memory', () => withClock(0))
limitStoreSuite('memory, on a clock whose sums are rounded', () => withClock(1000.1))
limitStoreSuite('memory, late on a clock with fractions', () => withClock(1_699_999_999_999.123))

const rate = { intervalMs: 1000, burst: 2 }

test('waiting exactly retryAfterMs succeeds where the clock falls between two ticks and its sum is rounded down', () => {
  const { store, advance } = withClock(1000.1)
  advance(2 ** -17)
  const charge = { key: 'writes:a', intervalMs: 600, burst: 1, cost: 1 }
  store.take([charge])
  const retryAfterMs = store.take([charge])[0]?.retryAfterMs ?? 0
  advance(retryAfterMs)
  expect(store.take([charge])[0]?.allowed).toBe(true)
})

test('does not forget a blocked caller after 10,000 others', () => {
  const { store } = withClock(0, { maxKeys: 100 })
  const blocked = { key: 'writes:blocked', ...rate, cost: 1 }
  store.take([{ ...blocked, cost: 2 }])
  for (let other = 0; other < 10_000; other += 1) store.take([{ key: `writes:${other}`, ...rate, cost: 1 }])
  expect(store.take([blocked])[0]).toMatchObject({ allowed: false, retryAfterMs: 1000 })
})

test('makes newcomers share one slot while there is no room, and gives them their own once there is', () => {
  const { store, advance } = withClock(0, { maxKeys: 2 })
  const one = (key: string) => store.take([{ key, ...rate, cost: 1 }])[0]
  one('writes:a')
  one('writes:b')
  expect([one('writes:c'), one('writes:d'), one('writes:e')].map((verdict) => verdict?.allowed)).toEqual([
    true,
    true,
    false,
  ])
  expect(one('reads:e')?.allowed).toBe(true)
  expect(one('writes:a')?.remaining).toBe(0)
  advance(60_000)
  expect([one('writes:c'), one('writes:d')].map((verdict) => verdict?.remaining)).toEqual([1, 1])
})

test('a look at a newcomer without room sees the shared slot', () => {
  const { store } = withClock(0, { maxKeys: 1 })
  store.take([{ key: 'writes:a', ...rate, cost: 1 }])
  store.take([{ key: 'writes:b', ...rate, cost: 2 }])
  expect(store.take([{ key: 'writes:c', ...rate, cost: 0 }])[0]).toMatchObject({ remaining: 0, retryAfterMs: 1000 })
})

test('stays within maxKeys under rotating keys that all still matter', () => {
  const { store } = withClock(0, { maxKeys: 10_000 })
  for (let key = 0; key < 100_000; key += 1) store.take([{ key: `address:${key}`, ...rate, cost: 1 }])
  expect(store.size).toBe(10_001)
})

test('stays bounded under rotating keys whose policies rotate too', () => {
  const { store } = withClock(0, { maxKeys: 100 })
  for (let key = 0; key < 10_000; key += 1) {
    store.take([{ key: `${key}`, ...rate, cost: 1 }])
    store.take([{ key: `${key}:x`, ...rate, cost: 1 }])
  }
  expect(store.size).toBeLessThan(400)
})

test('forgets keys whose time has passed, a few at each call', () => {
  const { store, advance } = withClock(0)
  for (let key = 0; key < 100_000; key += 1) {
    store.take([{ key: `address:${key}`, ...rate, cost: 1 }])
    advance(1)
  }
  expect(store.size).toBeLessThan(3_000)
})

test('keeps nothing of a look', () => {
  const { store } = withClock(0)
  store.take([{ key: 'writes:a', ...rate, cost: 0 }])
  expect(store.size).toBe(0)
})

test('does not care about the wall clock', () => {
  vi.useFakeTimers({ toFake: ['Date'], now: 1_700_000_000_000 })
  const store = memoryLimits()
  const charge = { key: 'writes:a', intervalMs: 3_600_000, burst: 1, cost: 1 }
  store.take([charge])
  vi.setSystemTime(1_700_000_000_000 + 86_400_000)
  expect(store.take([charge])[0]?.allowed).toBe(false)
  vi.setSystemTime(1_700_000_000_000 - 86_400_000)
  expect(store.take([charge])[0]?.retryAfterMs).toBeLessThanOrEqual(3_600_000)
})

test('refuses charges that are no numbers, and a maxKeys nobody can mean', () => {
  const { store } = withClock(0)
  expect(() => store.take([{ key: 'writes:a', ...rate, cost: Number.NaN }])).toThrow(RangeError)
  expect(() => store.take([{ key: 'writes:a', ...rate, cost: -1 }])).toThrow(RangeError)
  expect(() => store.take([{ key: 'writes:a', intervalMs: 0, burst: 1, cost: 1 }])).toThrow(RangeError)
  expect(() => memoryLimits({ maxKeys: 0 })).toThrow(RangeError)
})
