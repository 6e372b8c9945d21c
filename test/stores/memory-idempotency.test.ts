import { expect, test, vi } from 'vitest'
import { memoryIdempotency } from '../../packages/culpa/src/stores/memory.ts'
import { binary } from './binary-reply.ts'
import { idempotencyStoreSuite, times } from './idempotency-store.suite.ts'

function withClock() {
  let time = 1_700_000_000_000
  const store = memoryIdempotency({ ...times, now: () => time })
  return {
    store,
    second: store,
    advance(ms: number) {
      time += ms
    },
  }
}

idempotencyStoreSuite('memory', withClock)

test('forgets tombstones that are over, a few at each claim', () => {
  const { store, advance } = withClock()
  for (let key = 0; key < 10_000; key += 1) {
    const claimed = store.claim(`k${key}`, 'f', 1000)
    if (!(claimed instanceof Promise)) store.finish(`k${key}`, claimed.attempt, binary)
    advance(times.tombstoneTtlMs / 100)
  }
  expect(store.size).toBeLessThan(300)
})

test('never forgets an unknown outcome while sweeping', () => {
  const { store, advance } = withClock()
  store.claim('lost', 'f', 1000)
  advance(times.tombstoneTtlMs * 2)
  for (let key = 0; key < 1000; key += 1) store.claim(`k${key}`, 'f', 1000)
  expect(store.find('lost')).toMatchObject({ state: 'unknown' })
})

test('expires nothing because somebody set the wall clock', () => {
  vi.useFakeTimers({ toFake: ['Date'], now: 1_700_000_000_000 })
  const store = memoryIdempotency()
  store.claim('k', 'f', 60_000)
  vi.setSystemTime(1_700_000_000_000 + 86_400_000)
  expect(store.find('k')).toMatchObject({ state: 'running' })
  vi.useRealTimers()
})

test('has no transactions', () => {
  expect(memoryIdempotency().transact).toBeUndefined()
})
