import type { ApiCall, CallOptions, UntypedClient } from 'culpa/client'
import { assertSameKey } from 'culpa/testing'
import { describe, expect, test } from 'vitest'
import { arrange } from './client-of.ts'
import {
  answer,
  cutChunks,
  dropAfterReading,
  dropBeforeReading,
  fine,
  noTls,
  refusal,
  type Step,
  stall,
  stallAfterHeaders,
  threeOfTen,
} from './misbehaving-server.ts'

type Call = (client: UntypedClient, options?: CallOptions) => ApiCall<unknown>

const get: Call = (client, options) => client.get('/v1/charges/ch_1', options)
const post: Call = (client, options) => client.post('/v1/charges', { body: { amount: 1 }, ...options })
const keyedPost: Call = (client, options) => post(client, { idempotencyKey: 'key_1', ...options })

/** How many attempts a call makes at a server that fails once and is fine then; 2 where it retries. */
async function attemptsOf(call: Call, failure: Step, options?: CallOptions): Promise<number> {
  let attempts = 0
  const { server, client } = await arrange([failure, fine], { onAttempt: () => attempts++ })
  await call(client, options).safe()
  expect(server.requests.length).toBeLessThanOrEqual(attempts)
  return attempts
}

async function attemptsOfAll(failure: Step, options?: CallOptions): Promise<Record<string, number>> {
  return {
    get: await attemptsOf(get, failure, options),
    post: await attemptsOf(post, failure, options),
    keyedPost: await attemptsOf(keyedPost, failure, options),
  }
}

const onlyReplaySafe = { get: 2, post: 1, keyedPost: 2 }
const anyMethod = { get: 2, post: 2, keyedPost: 2 }
const never = { get: 1, post: 1, keyedPost: 1 }

describe('any method, never sent', () => {
  test.each([
    ['connection refused', { code: 'ECONNREFUSED', syscall: 'connect' }],
    ['DNS', { code: 'ENOTFOUND', syscall: 'getaddrinfo' }],
    ['connect timeout', { code: 'UND_ERR_CONNECT_TIMEOUT' }],
  ])('%s', async (_name, cause) => {
    for (const call of [get, post, keyedPost]) {
      let failed = 0
      const refuseOnce = (url: string, init: RequestInit) => {
        if (failed++ > 0) return fetch(url, init)
        throw new TypeError('fetch failed', { cause: Object.assign(new Error('x'), cause) })
      }
      const { server, client } = await arrange([fine], { fetch: refuseOnce })
      expect(await call(client)).toEqual({ id: 'ch_1' })
      expect(server.requests).toHaveLength(1)
    }
  })

  test('a port where nobody listens: refused three times, not sent', async () => {
    const { server, client } = await arrange([fine])
    await server.close()
    const { error } = await post(client).safe()
    expect(error).toMatchObject({ code: 'connection_failed', rawCode: 'ECONNREFUSED', outcome: 'not_sent' })
    expect(error?.attempts).toHaveLength(3)
  })

  test('a name that no server has: not sent', async () => {
    const { client } = await arrange([fine], { baseUrl: 'http://nowhere.invalid' })
    const { error } = await post(client).safe()
    expect(error).toMatchObject({ code: 'connection_failed', outcome: 'not_sent' })
    expect(error?.attempts).toHaveLength(3)
  })
})

describe('only when replay-safe', () => {
  test.each<[string, Step]>([
    ['reset before the request was read', dropBeforeReading],
    ['reset after the request was read', dropAfterReading],
    ['cut body: 3 bytes of a length of 10', threeOfTen],
    ['cut body: no last chunk', cutChunks],
    ['408', answer(408)],
    ['500', answer(500)],
    ['502', answer(502)],
    ['504', answer(504)],
    ['503 without a hint', answer(503)],
    ['425', answer(425)],
  ])('%s', async (_name, failure) => {
    expect(await attemptsOfAll(failure)).toEqual(onlyReplaySafe)
  })

  test.each<[string, Step]>([
    ['timeout before the headers', stall],
    ['timeout after the headers', stallAfterHeaders],
  ])('%s', async (_name, failure) => {
    expect(await attemptsOfAll(failure, { timeoutMs: 150 })).toEqual(onlyReplaySafe)
  })

  test.each(['HEAD', 'OPTIONS', 'PUT', 'DELETE'])('%s is replay-safe', async (method) => {
    expect(await attemptsOf((client) => client.request(method, '/v1/charges/ch_1'), answer(500))).toBe(2)
  })

  test('PATCH is not, without a key', async () => {
    const patch: Call = (client, options) => client.patch('/v1/charges/ch_1', { body: {}, ...options })
    expect(await attemptsOf(patch, answer(500))).toBe(1)
    expect(await attemptsOf(patch, answer(500), { idempotencyKey: 'key_1' })).toBe(2)
  })

  test('425 once', async () => {
    const { server, client } = await arrange([answer(425)])
    await get(client).safe()
    expect(server.requests).toHaveLength(2)
  })
})

describe('any method', () => {
  test.each<[string, Step]>([
    ['429', answer(429)],
    ['503 with a hint', answer(503, '', { 'retry-after': '1' })],
    ['a rate limit that a profile folds into 400', refusal(400, 'rate_limited', { 'retry-after': '1' })],
  ])('%s', async (_name, failure) => {
    expect(await attemptsOfAll(failure)).toEqual(anyMethod)
  })
})

describe('409', () => {
  test('in progress: with the same key', async () => {
    const { server, client } = await arrange([refusal(409, 'idempotency_in_progress', { 'retry-after': '1' }), fine])
    expect(await keyedPost(client)).toEqual({ id: 'ch_1' })
    expect(server.requests).toHaveLength(2)
    expect(assertSameKey(server.requests)).toBe('key_1')
  })

  test('should-retry goes first', async () => {
    expect(await attemptsOf(keyedPost, refusal(409, 'x', { 'x-should-retry': 'true' }))).toBe(2)
    expect(await attemptsOf(keyedPost, refusal(409, 'idempotency_in_progress', { 'x-should-retry': 'false' }))).toBe(1)
  })

  test('a reused key is an IdempotencyError, never with a fresh key', async () => {
    const { server, client } = await arrange([refusal(409, 'idempotency_key_reused', { 'retry-after': '1' }), fine])
    const { error } = await keyedPost(client).safe()
    expect(error?.name).toBe('IdempotencyError')
    expect(server.requests).toHaveLength(1)
  })

  test('key sent and Retry-After: with the same key', async () => {
    expect(await attemptsOfAll(refusal(409, 'busy', { 'retry-after': '1' }))).toEqual({ get: 1, post: 1, keyedPost: 2 })
  })

  test('any other is a ConflictError, not retried', async () => {
    const { server, client } = await arrange([refusal(409, 'email_taken'), fine])
    const { error } = await keyedPost(client).safe()
    expect([error?.name, error?.outcome, server.requests.length]).toEqual(['ConflictError', 'rejected', 1])
  })

  test('after an ambiguous first attempt a final conflict says that the outcome is unknown', async () => {
    const { client } = await arrange([dropAfterReading, refusal(409, 'resource_exists')])
    const { error } = await keyedPost(client).safe()
    expect(error).toMatchObject({ code: 'resource_exists', outcome: 'unknown', idempotencyKey: 'key_1' })
  })
})

describe('never', () => {
  test.each([400, 401, 402, 403, 404, 405, 406, 409, 410, 412, 413, 415, 422, 501])('%i', async (status) => {
    expect(await attemptsOfAll(answer(status))).toEqual(never)
  })

  test('TLS: a server that speaks none', async () => {
    const { server } = await arrange([noTls])
    const { client } = await arrange([fine], { baseUrl: server.url.replace('http:', 'https:') })
    const { error } = await get(client).safe()
    expect(error).toMatchObject({ code: 'connection_lost', attempts: [{ number: 1 }] })
    expect(error?.attempts).toHaveLength(1)
  })

  test.each(['CERT_HAS_EXPIRED', 'DEPTH_ZERO_SELF_SIGNED_CERT', 'ERR_TLS_CERT_ALTNAME_INVALID'])(
    'TLS: %s',
    async (code) => {
      const failing = () =>
        Promise.reject(new TypeError('fetch failed', { cause: Object.assign(new Error('x'), { code }) }))
      const { client } = await arrange([fine], { fetch: failing })
      const { error } = await get(client).safe()
      expect(error).toMatchObject({ rawCode: code, outcome: 'not_sent' })
      expect(error?.attempts).toHaveLength(1)
    },
  )

  test('a streamed body', async () => {
    const { server, client } = await arrange([answer(429), fine])
    const body = new Blob(['{}']).stream()
    await client.put('/v1/files/f_1', { body, headers: { 'content-type': 'text/plain' } }).safe()
    expect(server.requests).toHaveLength(1)
  })

  test('what x-should-retry or stripe-should-retry forbids', async () => {
    for (const name of ['x-should-retry', 'stripe-should-retry']) {
      expect(await attemptsOfAll(answer(503, '', { [name]: 'false', 'retry-after': '1' }))).toEqual(never)
    }
  })

  test('a replayed 5xx: it is recorded', async () => {
    const { server, client } = await arrange([answer(500, '', { 'idempotent-replayed': 'true' }), fine])
    const { error } = await keyedPost(client).safe()
    expect([error?.replayed, error?.outcome, server.requests.length]).toEqual([true, 'unknown', 1])
  })
})

test('should-retry true retries what is replay-safe', async () => {
  expect(await attemptsOfAll(answer(404, '', { 'x-should-retry': 'true' }))).toEqual(onlyReplaySafe)
})

test("the contract's own advice counts when it is known", async () => {
  const contract = { format: 'stripe', codes: { resource_locked: 'backoff', closed: 'never' } } as const
  const locked = await arrange([refusal(409, 'resource_locked'), fine], { contract, format: 'auto' })
  expect(await get(locked.client)).toEqual({ id: 'ch_1' })
  const closed = await arrange([refusal(503, 'closed', { 'retry-after': '1' }), fine], { contract, format: 'auto' })
  expect((await get(closed.client).safe()).error?.code).toBe('closed')
  expect(closed.server.requests).toHaveLength(1)
})

test('three attempts, and then the last error with all of them', async () => {
  const { server, client, clock } = await arrange([answer(500)])
  const { error } = await get(client).safe()
  expect(server.requests).toHaveLength(3)
  expect(error?.attempts.map(({ number, status, delayMs }) => [number, status, delayMs === undefined])).toEqual([
    [1, 500, false],
    [2, 500, false],
    [3, 500, true],
  ])
  expect(error?.attempts.flatMap(({ delayMs = [] }) => delayMs)).toEqual(clock.waits)
  expect(error?.stopped).toBeUndefined()
})
