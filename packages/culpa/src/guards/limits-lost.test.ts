import { expect, test } from 'vitest'
import { defineContract } from '../contract/define-contract.ts'
import { createApi } from '../create-api.ts'
import { operationsFor } from '../server/operations-for.ts'
import type { LimitStore } from '../server/stores.ts'
import { memoryLimits } from '../stores/memory.ts'
import { type RateLimitOptions, rateLimits } from './rate-limits.ts'
import { memoryLog, send } from './testing.suite.ts'

const contract = defineContract({ docs: '/errors' })

const lost: readonly [name: string, take: LimitStore['take']][] = [
  [
    'throws',
    () => {
      throw new Error('connect ECONNREFUSED 10.0.0.5:6379')
    },
  ],
  ['rejects', () => Promise.reject(new Error('connect ECONNREFUSED 10.0.0.5:6379'))],
]

function limited(take: LimitStore['take'], options: RateLimitOptions) {
  const { events, log } = memoryLog()
  const read = operationsFor(contract)('GET /', { limit: 'reads', handler: () => 'ok' })
  const limits = rateLimits({ take }, { reads: '60/min burst 2' }, options)
  return { events, api: createApi({ contract, operations: [read], guards: { limits }, log }) }
}

test.each(lost)(
  'store lost (it %s), closed: 503 with Retry-After, never 429, no RateLimit header',
  async (_name, take) => {
    const { api, events } = limited(take, {})
    const answer = await send(api, 'GET /')
    expect(answer).toMatchObject({ status: 503, code: 'service_unavailable' })
    expect(answer.header('retry-after')).toBe('1')
    expect(answer.header('ratelimit')).toBeUndefined()
    expect(answer.header('ratelimit-policy')).toBeUndefined()
    expect(events[0]?.cause).toContain('ECONNREFUSED')
  },
)

test.each(lost)(
  'store lost (it %s), open: the fallback limits, no RateLimit header while guessing',
  async (_name, take) => {
    const { api } = limited(take, { whenLost: 'open', fallback: memoryLimits() })
    const answers = [await send(api, 'GET /'), await send(api, 'GET /'), await send(api, 'GET /')]
    expect(answers.map(({ status }) => status)).toEqual([200, 200, 429])
    for (const answer of answers) {
      expect(answer.header('ratelimit')).toBeUndefined()
      expect(answer.header('ratelimit-policy')).toBeUndefined()
    }
    expect(answers[2]?.header('retry-after')).toBe('1')
  },
)

test.each(lost)('store and fallback lost (they %s): 503', async (_name, take) => {
  const { api } = limited(take, { whenLost: 'open', fallback: { take } })
  expect(await send(api, 'GET /')).toMatchObject({ status: 503, code: 'service_unavailable' })
})

test('each limit says itself whether it is open or closed, and one that is closed decides for all', async () => {
  const take: LimitStore['take'] = () => Promise.reject(new Error('lost'))
  const limits = rateLimits(
    { take },
    { reads: { default: '10/s', whenLost: 'open' }, writes: { default: '10/s', whenLost: 'closed' }, others: '10/s' },
    { whenLost: 'open', fallback: memoryLimits() },
  )
  const operation = operationsFor(contract)
  const operations = [['reads'], ['writes'], ['others'], ['reads', 'others'], ['reads', 'writes']].map((limit) =>
    operation(`GET /${limit.join('-')}`, { limit, handler: () => 'ok' }),
  )
  const api = createApi({ contract, operations, guards: { limits }, log: () => undefined })
  const statuses = await Promise.all(operations.map(async ({ path }) => (await send(api, `GET ${path}`)).status))
  expect(statuses).toEqual([200, 503, 200, 200, 503])
})

test('while the store is lost each of the nodes grants its share, and a dear request its own cost', async () => {
  const take: LimitStore['take'] = () => Promise.reject(new Error('lost'))
  const fallback = memoryLimits({ now: () => 0 })
  const limits = rateLimits({ take }, { all: '60/min burst 8' }, { whenLost: 'open', fallback, nodes: 4 })
  const operation = operationsFor(contract)
  const operations = [
    operation('GET /one', { limit: 'all', handler: () => 'ok' }),
    operation('GET /dear', { limit: 'all', cost: 5, handler: () => 'ok' }),
  ]
  const api = createApi({ contract, operations, guards: { limits }, log: () => undefined })
  const ask = (address: string, path: '/one' | '/dear') => send(api, `GET ${path}`, { address })
  const one = [await ask('192.0.2.1', '/one'), await ask('192.0.2.1', '/one'), await ask('192.0.2.1', '/one')]
  expect(one.map(({ status }) => status)).toEqual([200, 200, 429])
  expect(one[2]?.header('retry-after')).toBe('4')
  const dear = [await ask('192.0.2.2', '/dear'), await ask('192.0.2.2', '/dear')]
  expect(dear.map(({ status }) => status)).toEqual([200, 429])
  expect(dear[1]?.header('retry-after')).toBe('20')
})

test('whenLost and nodes that nobody can mean are refused when the guard is made', () => {
  const make = (options: object) => rateLimits(memoryLimits(), { all: '1/s' }, options)
  expect(() => make({ whenLost: 'ajar' })).toThrow(/rateLimits: whenLost.*open, closed/)
  expect(() => make({ nodes: 0 })).toThrow(/rateLimits: nodes/)
  expect(() => rateLimits(memoryLimits(), { all: { default: '1/s', whenLost: 'open' } })).toThrow(/fallback/)
})

test('a store that is back is asked again at once', async () => {
  const memory = memoryLimits()
  let isLost = true
  const take: LimitStore['take'] = (charges) => {
    if (isLost) throw new Error('lost')
    return memory.take(charges)
  }
  const { api } = limited(take, {})
  expect((await send(api, 'GET /')).status).toBe(503)
  isLost = false
  expect((await send(api, 'GET /')).header('ratelimit')).toBe('"reads";r=1;t=1')
})

test('a store that answers later is waited for', async () => {
  const memory = memoryLimits()
  const { api } = limited(async (charges) => memory.take(charges), {})
  const answers = [await send(api, 'GET /'), await send(api, 'GET /'), await send(api, 'GET /')]
  expect(answers.map(({ status }) => status)).toEqual([200, 200, 429])
  expect(answers[2]?.header('ratelimit')).toBe('"reads";r=0;t=1')
})
