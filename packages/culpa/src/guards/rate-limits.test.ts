import fc from 'fast-check'
import { expect, test } from 'vitest'
import { defineContract } from '../contract/define-contract.ts'
import { createApi } from '../create-api.ts'
import { errorList } from '../profiles/index.ts'
import { operationsFor } from '../server/operations-for.ts'
import { memoryLimits } from '../stores/memory.ts'
import { type LimitDefinition, rateLimits } from './rate-limits.ts'
import { manualClock, type SendOptions, send, testKeys } from './testing.suite.ts'

interface Setup {
  readonly limit?: readonly string[]
  readonly cost?: number
  readonly open?: boolean
  readonly contract?: ReturnType<typeof defineContract>
}

async function limited(definitions: Record<string, LimitDefinition>, setup: Setup = {}) {
  const { limit = Object.keys(definitions), contract = defineContract({ docs: '/errors' }), ...more } = setup
  const clock = manualClock()
  const store = memoryLimits({ now: clock.now })
  const keys = testKeys()
  const operation = operationsFor(contract)
  const api = createApi({
    contract,
    operations: [
      operation('GET /', { limit, ...more, handler: () => 'ok' }),
      operation('GET /first', { limit: limit.slice(0, 1), ...more, handler: () => 'ok' }),
    ],
    guards: { keys: keys.guard, limits: rateLimits(store, definitions) },
    log: () => undefined,
  })
  const key = await keys.issue()
  const ask = (options: SendOptions = { key }) => send(api, 'GET /', options)
  return { api, ask, clock, key, keys, store }
}

test('429 rate_limited: Retry-After, RateLimit-Policy and RateLimit as the draft writes them', async () => {
  const { ask, clock } = await limited({ writes: '100/min burst 2' })
  await ask()
  clock.advance(100)
  await ask()
  const answer = await ask()
  expect(answer).toMatchObject({ status: 429, code: 'rate_limited' })
  expect(answer.header('retry-after')).toBe('1')
  expect(answer.header('ratelimit-policy')).toBe('"writes";q=100;w=60')
  expect(answer.header('ratelimit')).toBe('"writes";r=0;t=1')
})

test('successes carry RateLimit too: what is left, and when all of it is back', async () => {
  const { ask } = await limited({ writes: '60/min burst 10' })
  const answer = await ask()
  expect(answer.status).toBe(200)
  expect(answer.header('ratelimit-policy')).toBe('"writes";q=60;w=60')
  expect(answer.header('ratelimit')).toBe('"writes";r=9;t=1')
  expect((await ask()).header('ratelimit')).toBe('"writes";r=8;t=2')
})

test('Retry-After is whole seconds, rounded up', async () => {
  const { ask, clock } = await limited({ writes: '40/min burst 1' })
  await ask()
  expect((await ask()).header('retry-after')).toBe('2')
  clock.advance(501)
  expect((await ask()).header('retry-after')).toBe('1')
})

test('waiting exactly Retry-After succeeds, whatever the rates, the costs and the moment', async () => {
  const rate = fc
    .record({
      quota: fc.integer({ min: 1, max: 2000 }),
      window: fc.constantFrom('s', 'min', 'h', 'day'),
      burst: fc.integer({ min: 1, max: 30 }),
    })
    .map(({ quota, window, burst }) => `${quota}/${window} burst ${burst}` as LimitDefinition)
  const waits = fc.array(fc.double({ min: 0, max: 2000, noNaN: true }), { minLength: 1, maxLength: 30 })
  await fc.assert(
    fc.asyncProperty(rate, rate, waits, async (one, two, pauses) => {
      const { ask, clock } = await limited({ one, two })
      for (const pause of pauses) {
        clock.advance(pause)
        const answer = await ask()
        if (answer.status === 200) continue
        clock.advance(Number(answer.header('retry-after')) * 1000)
        expect((await ask()).status).toBe(200)
      }
    }),
    { numRuns: 60 },
  )
})

test('cost per operation is taken at once', async () => {
  const { ask } = await limited({ writes: '60/min burst 10' }, { cost: 4 })
  expect((await ask()).header('ratelimit')).toBe('"writes";r=6;t=4')
  await ask()
  const answer = await ask()
  expect(answer.status).toBe(429)
  expect(answer.header('retry-after')).toBe('2')
})

test('several policies: all checked, then all committed or none; a refusal consumes nothing', async () => {
  const { api, ask, key } = await limited({ many: '60/min burst 5', few: '60/h burst 1' })
  expect((await ask()).header('ratelimit')).toBe('"many";r=4;t=1, "few";r=0;t=60')
  for (let count = 0; count < 10; count++) {
    const answer = await ask()
    expect(answer.status).toBe(429)
    expect(answer.header('ratelimit')).toContain('"many";r=4')
    expect(answer.header('retry-after')).toBe('60')
  }
  expect((await send(api, 'GET /first', { key })).header('ratelimit')).toBe('"many";r=3;t=2')
})

test('a refusal does not push the next success back', async () => {
  const { ask, clock } = await limited({ writes: '60/min burst 1' })
  await ask()
  for (let count = 0; count < 50; count++) expect((await ask()).status).toBe(429)
  clock.advance(1000)
  expect((await ask()).status).toBe(200)
})

test('a cost above the burst of a plan: 400 cost_exceeds_limit, not an endless 429', async () => {
  const { ask, keys } = await limited(
    { writes: { default: '60/min', plans: { trial: '60/min burst 3' } } },
    { cost: 5 },
  )
  expect((await ask()).status).toBe(200)
  const answer = await ask({ key: await keys.issue({ plan: 'trial', tenant: 'org_2' }) })
  expect(answer).toMatchObject({ status: 400, code: 'cost_exceeds_limit' })
  expect(answer.header('retry-after')).toBeUndefined()
  expect(answer.json.detail).toContain('5 units')
})

test('each plan has its own rate, and a plan nobody defined has the default one', async () => {
  const { ask, keys } = await limited({ reads: { default: '60/min burst 2', plans: { pro: '600/min burst 50' } } })
  const pro = await keys.issue({ plan: 'pro', tenant: 'org_pro' })
  const other = await keys.issue({ plan: 'odd', tenant: 'org_odd' })
  expect((await ask({ key: pro })).header('ratelimit-policy')).toBe('"reads";q=600;w=60')
  expect((await ask({ key: other })).header('ratelimit-policy')).toBe('"reads";q=60;w=60')
})

test('a limit belongs to the tenant: its keys share it, other tenants and environments do not', async () => {
  const { ask, key, keys } = await limited({ writes: '1/min' })
  expect((await ask({ key })).status).toBe(200)
  expect((await ask({ key: await keys.issue() })).status).toBe(429)
  expect((await ask({ key: await keys.issue({ environment: 'live' }) })).status).toBe(200)
  expect((await ask({ key: await keys.issue({ tenant: 'org_2' }) })).status).toBe(200)
})

test('HEAD is counted once, OPTIONS never', async () => {
  const { api, ask, key } = await limited({ reads: '60/min burst 10' })
  expect((await send(api, 'HEAD /', { key })).header('ratelimit')).toBe('"reads";r=9;t=1')
  const options = await send(api, 'OPTIONS /', { key })
  expect(options.header('ratelimit')).toBeUndefined()
  expect((await ask()).header('ratelimit')).toBe('"reads";r=8;t=2')
})

test('a refusal before the limit is not charged to it', async () => {
  const { ask, key } = await limited({ reads: '60/min burst 10' })
  await ask({})
  await ask({ key, headers: { accept: 'text/html' } })
  expect((await ask()).header('ratelimit')).toBe('"reads";r=9;t=1')
})

test.each([
  ['IPv6 by /64', '2001:db8:1:2::1', '2001:db8:1:2:ffff::9'],
  ['mapped IPv4 unwrapped', '::ffff:192.0.2.1', '192.0.2.1'],
])('callers without a key are limited by address, %s', async (_name, first, second) => {
  const { ask } = await limited({ reads: '1/min' }, { open: true })
  expect((await ask({ address: first })).status).toBe(200)
  expect((await ask({ address: second })).status).toBe(429)
  expect((await ask({ address: '198.51.100.3' })).status).toBe(200)
})

test('callers whose address the platform does not tell are limited together', async () => {
  const { ask } = await limited({ reads: '1/min' }, { open: true })
  expect([(await ask({ address: '' })).status, (await ask({ address: '' })).status]).toEqual([200, 429])
})

test('callers without a key behind a trusted proxy are limited each by their own address', async () => {
  const contract = defineContract({ docs: '/errors' })
  const limits = rateLimits(memoryLimits(), { reads: '1/min' }, { trustedProxies: ['10.0.0.0/8'] })
  const open = operationsFor(contract)('GET /', { limit: 'reads', handler: () => 'ok' })
  const api = createApi({ contract, operations: [open], guards: { limits }, log: () => undefined })
  const ask = async (address: string, forwarded: string) =>
    (await send(api, 'GET /', { address, headers: { 'x-forwarded-for': forwarded } })).status
  expect([await ask('10.0.0.1', '192.0.2.1'), await ask('10.0.0.1', '192.0.2.2')]).toEqual([200, 200])
  expect([await ask('10.0.0.2', '192.0.2.1'), await ask('192.0.2.2', '192.0.2.3')]).toEqual([429, 429])
})

test('a rate limit where the profile has no 429 keeps its code, Retry-After and RateLimit headers', async () => {
  const { ask } = await limited(
    { writes: '1/min' },
    { contract: defineContract({ docs: '/errors', profile: errorList }) },
  )
  await ask()
  const answer = await ask()
  expect(answer).toMatchObject({ status: 400, code: 'rate_limited' })
  expect(answer.header('retry-after')).toBe('60')
  expect(answer.header('ratelimit')).toBe('"writes";r=0;t=60')
})
