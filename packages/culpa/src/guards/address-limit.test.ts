import { expect, test, vi } from 'vitest'
import { z } from 'zod'
import { defineContract } from '../contract/define-contract.ts'
import { createApi } from '../create-api.ts'
import type { Guard } from '../server/guard.ts'
import { operationsFor } from '../server/operations-for.ts'
import type { LimitStore } from '../server/stores.ts'
import { memoryKeys, memoryLimits } from '../stores/memory.ts'
import { type AddressLimitOptions, addressLimit } from './address-limit.ts'
import { formatKey, parseKey, randomSecret } from './key-format.ts'
import { manualClock, type SendOptions, send, testKeys } from './testing.suite.ts'

const contract = defineContract({ docs: '/errors' })
const operation = operationsFor(contract)

function limited(options: AddressLimitOptions = {}, lost?: LimitStore) {
  const clock = manualClock()
  const keys = testKeys()
  const store = lost ?? memoryLimits({ now: clock.now })
  const api = createApi({
    contract,
    operations: [
      operation('GET /me', { scopes: ['me'], query: z.object({ a: z.string().optional() }), handler: () => 'me' }),
      operation('GET /open', { open: true, handler: () => 'open' }),
    ],
    guards: { keys: keys.guard, addressLimit: addressLimit(store, { failures: '3/min', ...options }) },
    log: () => undefined,
  })
  return { api, clock, keys, ask: async (more: SendOptions = {}) => (await send(api, 'GET /me', more)).status }
}

async function fail(ask: (more: SendOptions) => Promise<number>, more: SendOptions, times = 3): Promise<void> {
  for (let count = 0; count < times; count++) expect(await ask(more)).toBe(401)
}

test('an address that failed too often: 429 rate_limited before its key is looked at', async () => {
  const { api, ask, keys } = limited()
  const key = await keys.issue({ scopes: ['me'] })
  expect(await ask({ key })).toBe(200)
  await fail(ask, {})
  const answer = await send(api, 'GET /me', { key })
  expect(answer).toMatchObject({ status: 429, code: 'rate_limited' })
  expect(answer.header('retry-after')).toBe('20')
  expect(answer.header('ratelimit-policy')).toBe('"address";q=3;w=60')
  expect(answer.header('ratelimit')).toBe('"address";r=0;t=20')
})

test('waiting exactly Retry-After lets the address try again, and not a moment earlier', async () => {
  const { api, ask, clock } = limited()
  await fail(ask, {})
  clock.advance(500)
  const seconds = Number((await send(api, 'GET /me')).header('retry-after'))
  clock.advance(seconds * 1000 - 501)
  expect(await ask()).toBe(429)
  clock.advance(501)
  expect(await ask()).toBe(401)
})

test('failed authentication is charged to the address, never to the claimed key', async () => {
  const { ask, keys } = limited()
  const victim = await keys.issue({ scopes: ['me'] })
  const guess = formatKey({ ...parseKey(victim)!, secret: randomSecret() })
  await fail(ask, { key: guess, address: '198.51.100.9' })
  expect(await ask({ key: guess, address: '198.51.100.9' })).toBe(429)
  expect(await ask({ key: victim, address: '203.0.113.7' })).toBe(200)
})

test('only failed authentication is charged: not successes, not other refusals, not open operations', async () => {
  const { api, ask, keys } = limited()
  const key = await keys.issue({ scopes: ['me'] })
  const other = await keys.issue()
  const suspended = await keys.issue({ suspended: true })
  for (let count = 0; count < 5; count++) {
    expect(await ask({ key })).toBe(200)
    expect(await ask({ key: other })).toBe(403)
    expect(await ask({ key: suspended })).toBe(403)
    expect(await ask({ key, headers: { 'x-api-key': other } })).toBe(400)
    expect((await send(api, 'GET /me?a=1&a=2', { key })).status).toBe(400)
    expect((await send(api, 'GET /open')).status).toBe(200)
  }
  await fail(ask, {})
  expect((await send(api, 'GET /open')).status).toBe(200)
})

test('HEAD is charged like GET, OPTIONS not at all', async () => {
  const { api, ask } = limited()
  for (let count = 0; count < 5; count++) expect((await send(api, 'OPTIONS /me')).status).toBe(204)
  expect((await send(api, 'HEAD /me')).status).toBe(401)
  await fail(ask, {}, 2)
  expect(await ask()).toBe(429)
})

const same: readonly [name: string, first: string, second: string][] = [
  ['IPv6 by /64', '2001:db8:1:2::1', '2001:db8:1:2:ffff:ffff:ffff:ffff'],
  ['mapped IPv4 unwrapped', '::ffff:192.0.2.1', '192.0.2.1'],
  ['mapped IPv4 in hexadecimal', '::ffff:c000:201', '192.0.2.1'],
]

test.each(same)('%s: %s and %s are one address', async (_name, first, second) => {
  const { ask } = limited()
  await fail(ask, { address: first })
  expect(await ask({ address: second })).toBe(429)
})

test.each([
  ['2001:db8:1:2::1', '2001:db8:1:3::1'],
  ['192.0.2.1', '192.0.2.2'],
  ['::ffff:192.0.2.1', '::ffff:192.0.2.2'],
])('%s and %s are two addresses', async (first, second) => {
  const { ask } = limited()
  await fail(ask, { address: first })
  expect(await ask({ address: second })).toBe(401)
})

test('without trusted proxies X-Forwarded-For is not believed', async () => {
  const { ask } = limited()
  for (let count = 0; count < 3; count++) await ask({ headers: { 'x-forwarded-for': `198.51.100.${count}` } })
  expect(await ask({ headers: { 'x-forwarded-for': '198.51.100.99' } })).toBe(429)
})

const trustedProxies = ['10.0.0.0/8', '2001:db8:aaaa::/48']

test.each([
  ['one proxy', '10.0.0.1', '198.51.100.1'],
  ['two proxies', '10.0.0.1', '198.51.100.1, 10.9.9.9'],
  ['a forged entry before the real one', '10.0.0.1', '1.2.3.4, 198.51.100.1'],
  ['a proxy over IPv6', '2001:db8:aaaa::5', '198.51.100.1'],
  ['a proxy as mapped IPv4', '::ffff:10.0.0.1', '198.51.100.1'],
])('behind %s the nearest address that is no trusted proxy is charged', async (_name, address, forwarded) => {
  const { ask } = limited({ trustedProxies })
  await fail(ask, { address, headers: { 'x-forwarded-for': forwarded } })
  expect(await ask({ address: '198.51.100.1' })).toBe(429)
  expect(await ask({ address: '1.2.3.4' })).toBe(401)
})

test('a proxy that is not trusted cannot speak for another', async () => {
  const { ask } = limited({ trustedProxies })
  await fail(ask, { address: '192.0.2.66', headers: { 'x-forwarded-for': '198.51.100.1' } })
  expect(await ask({ address: '198.51.100.1' })).toBe(401)
  expect(await ask({ address: '192.0.2.66' })).toBe(429)
})

test('nonsense in X-Forwarded-For is charged to the proxy that sent it', async () => {
  const { ask } = limited({ trustedProxies })
  await fail(ask, { address: '10.0.0.1', headers: { 'x-forwarded-for': '198.51.100.1, unknown' } })
  expect(await ask({ address: '10.0.0.1' })).toBe(429)
})

test('a range that is none is refused at start', () => {
  expect(() => addressLimit(memoryLimits(), { trustedProxies: ['10.0.0'] })).toThrow(/trustedProxies.*Remedy/)
})

const lostStores: readonly [name: string, take: LimitStore['take']][] = [
  [
    'throws',
    () => {
      throw new Error('lost')
    },
  ],
  ['rejects', () => Promise.reject(new Error('lost'))],
]

test.each(lostStores)(
  'store lost (it %s): the key is still checked, and nobody is refused for it',
  async (_name, take) => {
    const { ask, keys } = limited({}, { take })
    await fail(ask, {}, 5)
    expect(await ask({ key: await keys.issue({ scopes: ['me'] }) })).toBe(200)
  },
)

/** Keys that are looked up one turn of the event loop later, and how many were at most looked up at once. */
function slowKeys() {
  const store = memoryKeys()
  const count = { now: 0, atOnce: 0, lookUps: 0 }
  const keys = testKeys(
    {},
    {
      ...store,
      async find(keyId) {
        count.lookUps++
        count.atOnce = Math.max(count.atOnce, ++count.now)
        await new Promise((resolve) => setImmediate(resolve))
        count.now--
        return store.find(keyId)
      },
    },
  )
  return { keys, count }
}

function onLimits(store: LimitStore, keys: ReturnType<typeof testKeys>, handler: () => unknown = () => 'me') {
  return createApi({
    contract,
    operations: [operation('GET /me', { scopes: ['me'], handler })],
    guards: { keys: keys.guard, addressLimit: addressLimit(store, { failures: '5/min' }) },
    log: () => undefined,
  })
}

const slowly = (store: LimitStore): LimitStore => ({
  async take(charges) {
    await new Promise((resolve) => setTimeout(resolve, charges[0]?.cost === 0 ? 1 : 3))
    return store.take(charges)
  },
})

test.each([
  ['at once', memoryLimits()],
  ['later', slowly(memoryLimits())],
])('guesses sent all at once are no more than the budget, where the limit store answers %s', async (_name, store) => {
  const { keys, count } = slowKeys()
  const guess = formatKey({ ...parseKey(await keys.issue())!, secret: randomSecret() })
  const api = onLimits(store, keys)
  const answers = await Promise.all(Array.from({ length: 200 }, () => send(api, 'GET /me', { key: guess })))
  expect(answers.filter(({ status }) => status === 401)).toHaveLength(5)
  expect(answers.filter(({ status }) => status === 429)).toHaveLength(195)
  expect(count.lookUps).toBe(5)
})

test('an address with good keys is let through however many requests it sends at once', async () => {
  const { keys, count } = slowKeys()
  const key = await keys.issue({ scopes: ['me'] })
  const other = await keys.issue()
  const api = onLimits(memoryLimits(), keys)
  const lines = Array.from({ length: 100 }, (_, index) => send(api, 'GET /me', { key: index % 3 === 0 ? other : key }))
  const statuses = (await Promise.all(lines)).map(({ status }) => status)
  expect(new Set(statuses)).toEqual(new Set([200, 403]))
  expect(count.atOnce).toBe(5)
})

test('a request waits for its turn a second at most, however many go before it', async () => {
  vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout', 'performance'] })
  try {
    const store = memoryKeys()
    const find = async (keyId: string) => {
      await new Promise((resolve) => setTimeout(resolve, 400))
      return store.find(keyId)
    }
    const keys = testKeys({}, { ...store, find })
    const key = await keys.issue({ scopes: ['me'] })
    const api = onLimits(memoryLimits(), keys)
    const answers = Promise.all(Array.from({ length: 20 }, () => send(api, 'GET /me', { key })))
    for (let time = 0; time < 20; time++) await vi.advanceTimersByTimeAsync(200)
    const statuses = (await answers).map(({ status }) => status)
    expect(statuses.filter((status) => status === 200)).toHaveLength(15)
    expect(statuses.filter((status) => status === 429)).toHaveLength(5)
  } finally {
    vi.useRealTimers()
  }
})

test('a slow handler does not hold its address back: the attempt is over once the key is accepted', async () => {
  const { keys } = slowKeys()
  const key = await keys.issue({ scopes: ['me'] })
  const { promise, resolve } = Promise.withResolvers<string>()
  let running = 0
  const api = onLimits(memoryLimits(), keys, () => {
    running++
    return promise
  })
  const answers = Array.from({ length: 20 }, () => send(api, 'GET /me', { key }))
  await expect.poll(() => running).toBe(20)
  resolve('me')
  for (const { status } of await Promise.all(answers)) expect(status).toBe(200)
})

test('a key guard that does not tell of its success frees the attempt when the answer is made', async () => {
  const guard: Guard = {
    name: 'own_keys',
    stage: 'key',
    codes: () => [],
    compile: () => ({ step: () => new Promise((resolve) => setImmediate(() => resolve(undefined))) }),
  }
  const api = createApi({
    contract,
    operations: [operation('GET /me', { handler: () => 'me' })],
    guards: { keys: guard, addressLimit: addressLimit(memoryLimits(), { failures: '2/min' }) },
    log: () => undefined,
  })
  const answers = await Promise.all(Array.from({ length: 10 }, () => send(api, 'GET /me')))
  for (const { status } of answers) expect(status).toBe(200)
})
