import { expect, test } from 'vitest'
import { defineContract } from '../contract/define-contract.ts'
import { createApi } from '../create-api.ts'
import { operationsFor } from '../server/operations-for.ts'
import type { LimitStore } from '../server/stores.ts'
import { type MemoryLimitOptions, memoryLimits } from '../stores/memory.ts'
import { type LimitDefinition, type RateLimitOptions, rateLimits } from './rate-limits.ts'
import { manualClock, send } from './testing.suite.ts'

// One test for each mistake found in other implementations; what is in brackets made it.

const contract = defineContract({ docs: '/errors' })

function limited(rate: LimitDefinition, options: MemoryLimitOptions & { store?: LimitStore } & RateLimitOptions = {}) {
  const clock = manualClock()
  const store = options.store ?? memoryLimits({ now: clock.now, ...options })
  const read = operationsFor(contract)('GET /', { limit: 'reads', handler: () => 'ok' })
  const guards = { limits: rateLimits(store, { reads: rate }, options) }
  const api = createApi({ contract, operations: [read], guards, log: () => undefined })
  const ask = (address = '203.0.113.7', method = 'GET') => send(api, `${method} /`, { address })
  const countAllowed = async (times: number) => {
    let allowed = 0
    for (let count = 0; count < times; count++) if ((await ask()).status === 200) allowed++
    return allowed
  }
  return { ask, clock, countAllowed, store }
}

function unreachable(): never {
  throw new Error('connect ECONNREFUSED')
}

test('a blocked caller is not forgotten after thousands of others (@fastify/rate-limit)', async () => {
  const { ask } = limited('1/h', { maxKeys: 100 })
  await ask()
  for (let index = 0; index < 5000; index++) await ask(`10.0.${index >> 8}.${index & 255}`)
  expect((await ask()).status).toBe(429)
})

test('no key blocks for ever: what was spent comes back, and the key is forgotten (@fastify/rate-limit #152)', async () => {
  const clock = manualClock()
  const store = memoryLimits({ now: clock.now })
  const { ask } = limited('1/min', { store })
  await ask()
  clock.advance(60_000)
  expect((await ask()).status).toBe(200)
  clock.advance(60_000)
  for (let index = 0; index < 10; index++) await ask(`10.0.0.${index}`)
  expect(store.size).toBeLessThanOrEqual(10)
})

test('what is left is not reported while the store is down (@fastify/rate-limit)', async () => {
  const { ask } = limited('5/min', { store: { take: unreachable }, whenLost: 'open', fallback: memoryLimits() })
  const answer = await ask()
  expect([answer.status, answer.header('ratelimit'), answer.header('ratelimit-policy')]).toEqual([
    200,
    undefined,
    undefined,
  ])
})

test('no window to exploit: 100 at once, then one for each interval, not 199 in 55 ms (fixed windows)', async () => {
  const { clock, countAllowed } = limited('100/s')
  clock.advance(950)
  expect(await countAllowed(150)).toBe(100)
  clock.advance(55)
  expect(await countAllowed(150)).toBe(5)
})

test('intervals below a second do not block for ever (rate-limiter-flexible)', async () => {
  const { ask, clock } = limited('1000/s burst 1')
  expect((await ask()).status).toBe(200)
  expect((await ask()).header('retry-after')).toBe('1')
  clock.advance(1)
  expect((await ask()).status).toBe(200)
})

test('an IPv4 address mapped into IPv6 is no way round (express-rate-limit CVE-2026-30827)', async () => {
  const { ask } = limited('1/h')
  expect((await ask('192.0.2.1')).status).toBe(200)
  for (const address of ['::ffff:192.0.2.1', '::FFFF:c000:0201', '0:0:0:0:0:ffff:192.0.2.1']) {
    expect((await ask(address)).status).toBe(429)
  }
  expect((await ask('::ffff:192.0.2.2')).status).toBe(200)
})

test('a store that is down at start does not end the process: it is not asked then (rate-limit-redis #239)', async () => {
  let asked = 0
  const store: LimitStore = {
    take() {
      asked++
      return Promise.reject(new Error('connect ECONNREFUSED'))
    },
  }
  const { ask } = limited('1/h', { store })
  expect(asked).toBe(0)
  expect((await ask()).status).toBe(503)
})

test('Retry-After is not rounded down (redis-cell #56)', async () => {
  const { ask, clock } = limited('40/min burst 1')
  await ask()
  const seconds = Number((await ask()).header('retry-after'))
  clock.advance(seconds * 1000)
  expect((await ask()).status).toBe(200)
})

test('HEAD is counted once, OPTIONS not at all', async () => {
  const { ask } = limited('60/min burst 10')
  await ask(undefined, 'HEAD')
  await ask(undefined, 'OPTIONS')
  expect((await ask()).header('ratelimit')).toBe('"reads";r=8;t=2')
})

test('a lost store is answered 503, not 429 (istio #12115)', async () => {
  const answer = await limited('1/h', { store: { take: unreachable } }).ask()
  expect([answer.status, answer.code]).toEqual([503, 'service_unavailable'])
})

test('a lost store is asked once a request and nothing waits for it (envoy ratelimit #462, ioredis)', async () => {
  let asked = 0
  const take = () => {
    asked++
    return Promise.reject(new Error('connect ECONNREFUSED'))
  }
  const { ask } = limited('1/h', { store: { take } })
  const answers = await Promise.all(Array.from({ length: 20 }, () => ask()))
  expect(new Set(answers.map(({ status }) => status))).toEqual(new Set([503]))
  expect(asked).toBe(20)
})
