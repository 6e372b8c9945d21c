import { expect, onTestFinished, test, vi } from 'vitest'
import { memoryIdempotency } from '../../packages/culpa/src/stores/memory.ts'
import { textHash } from '../../packages/culpa/src/stores/memory-hash.ts'
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

/** Records so many keys at once, each with a reply of so many bytes. */
function fill(store: ReturnType<typeof withClock>['store'], name: string, count: number, bytes: number): void {
  const reply = { status: 201, headers: [], body: new Uint8Array(bytes).fill(7) }
  for (let key = 0; key < count; key += 1) {
    const claimed = store.claim(`${name} ${key}`, 'f', 1000)
    if (!(claimed instanceof Promise)) store.finish(`${name} ${key}`, claimed.attempt, reply)
  }
}

/** Claims that leave nothing behind, for what they do on the way. */
function claimAndRelease(store: ReturnType<typeof withClock>['store'], times: number): void {
  for (let time = 0; time < times; time += 1) {
    const claimed = store.claim('passing', 'f', 1000)
    if (!(claimed instanceof Promise)) store.release('passing', claimed.attempt)
  }
}

test('gives the room of replies back once they have expired, and that of tombstones after that', () => {
  const { store, advance } = withClock()
  fill(store, 'a', 5000, 1000)
  expect(store.byteLength).toBeGreaterThan(5_000_000)
  expect(store.byteLength).toBeLessThan(6_000_000)
  advance(times.responseTtlMs)
  claimAndRelease(store, 10_000)
  expect(store.byteLength).toBeLessThan(1_000_000)
  for (const key of [0, 1, 2500, 4999]) expect(store.find(`a ${key}`)).toMatchObject({ state: 'expired' })
  advance(times.tombstoneTtlMs)
  claimAndRelease(store, 5000)
  expect(store.byteLength).toBeLessThan(100_000)
  expect(store.size).toBe(0)
})

test('gives the room of long replies back, too', () => {
  const { store, advance } = withClock()
  fill(store, 'long', 20, 20_000)
  advance(times.tombstoneTtlMs)
  claimAndRelease(store, 50)
  expect(store.size).toBe(0)
})

test('a few records that live longer do not keep the room of those around them', () => {
  const { store, advance } = withClock()
  for (let round = 0; round < 50; round += 1) {
    fill(store, `young ${round}`, 99, 1000)
    advance(times.tombstoneTtlMs - times.responseTtlMs / 2)
    fill(store, `old ${round}`, 1, 1000)
    advance(times.responseTtlMs / 2)
    claimAndRelease(store, 100)
    expect(store.find(`old ${round} 0`)).toMatchObject({ state: 'finished' })
    expect(store.byteLength).toBeLessThan(500_000)
  }
})

test('keeps two scopes apart that have one hash', () => {
  const random = vi.spyOn(crypto, 'getRandomValues').mockImplementation((array) => array)
  onTestFinished(() => random.mockRestore())
  const hash = textHash()
  const known = new Map<number, string>()
  const pairs: [string, string][] = []
  for (let key = 1_000_000; pairs.length === 0; key += 1) {
    const number = hash(`k${key}`) >>> 0
    const other = known.get(number)
    if (other !== undefined) pairs.push([other, `k${key}`])
    known.set(number, `k${key}`)
  }
  const { store } = withClock()
  const [[first, second] = ['', '']] = pairs
  const claim = (scope: string) => store.claim(scope, `f ${scope}`, 1000)
  expect(claim(first)).toEqual({ state: 'claimed', attempt: 1 })
  expect(claim(second)).toEqual({ state: 'claimed', attempt: 2 })
  store.finish(first, 1, binary)
  expect(store.find(first)).toMatchObject({ state: 'finished', fingerprint: `f ${first}` })
  expect(store.find(second)).toMatchObject({ state: 'running', fingerprint: `f ${second}` })
  store.finish(second, 2, { ...binary, status: 402 })
  expect(store.find(first)).toEqual({ state: 'finished', fingerprint: `f ${first}`, attempt: 1, reply: binary })
  expect(store.find(second)).toMatchObject({ attempt: 2, reply: { status: 402 } })
})

test.each([
  ['the longest that lies among others, and longer ones', [8000, 8100, 8150, 8192, 8193, 65_535, 65_536, 65_537]],
  ['none at all', [0]],
])('keeps a body, a header and a scope of many lengths: %s', (_name, lengths) => {
  const { store } = withClock()
  for (const length of lengths) {
    for (const [what, scope, headers, body] of [
      ['body', 'k', [], new Uint8Array(length).fill(9)],
      ['header', 'k', [['link', 'a'.repeat(length)]], new Uint8Array(3)],
      ['header in two bytes', 'k', [['link', '漢'.repeat(length)]], new Uint8Array(3)],
      ['scope', 'k'.repeat(length), [], new Uint8Array(3)],
    ] as const) {
      const name = `${what} ${length} ${scope}`
      const claimed = store.claim(name, 'f', 1000)
      if (claimed instanceof Promise) return
      const reply = { status: 200, headers, body }
      expect(store.finish(name, claimed.attempt, reply)).toBe(true)
      const kept = { ...reply, body: new Uint8Array(body) }
      body.fill(0)
      const finished = { state: 'finished', fingerprint: 'f', attempt: claimed.attempt, reply: kept }
      const found = store.find(name)
      expect(found).toEqual(finished)
      if (found !== undefined && 'reply' in found) found.reply.body.fill(0)
      expect(store.find(name)).toEqual(finished)
      expect(store.find(name.slice(0, -1))).toBeUndefined()
    }
  }
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
