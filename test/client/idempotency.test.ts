import { createClient, type UntypedClient } from 'culpa/client'
import { assertSameKey, scriptedFetch } from 'culpa/testing'
import { expect, test } from 'vitest'
import { arrange } from './client-of.ts'
import { answer, dropAfterReading, fine, refusal } from './misbehaving-server.ts'

const auto = { idempotency: 'auto' } as const

test.each(['POST', 'PATCH'])('%s gets a key of its own, the same on every attempt', async (method) => {
  const { server, client } = await arrange([dropAfterReading, answer(500), fine], auto)
  expect(await client.request(method, '/v1/charges', { body: {} })).toEqual({ id: 'ch_1' })
  expect(server.requests).toHaveLength(3)
  const key = assertSameKey(server.requests)
  await client.request(method, '/v1/charges', { body: {} })
  expect(server.requests[3]?.headers['idempotency-key']).toMatch(/^(\d+-){3}\d+$/)
  expect(server.requests[3]?.headers['idempotency-key']).not.toBe(key)
})

test('a method in lower case is the same method', async () => {
  const { server, client } = await arrange([fine], auto)
  await client.request('patch', '/', { body: {} })
  expect(server.requests[0]).toMatchObject({ method: 'PATCH', headers: { 'idempotency-key': expect.any(String) } })
})

test('GET, PUT and DELETE get none', async () => {
  const { server, client } = await arrange([fine], auto)
  for (const method of ['GET', 'PUT', 'DELETE']) await client.request(method, '/')
  expect(server.requests.map(({ headers }) => headers['idempotency-key'])).toEqual([undefined, undefined, undefined])
})

test("a caller's own key is sent, and `false` sends none and is not replay-safe", async () => {
  const { server, client } = await arrange([answer(500)], auto)
  await client.post('/', { idempotencyKey: 'mine' }).safe()
  expect([assertSameKey(server.requests), server.requests.length]).toEqual(['mine', 3])
  await client.post('/', { idempotencyKey: false }).safe()
  expect(server.requests).toHaveLength(4)
  expect(server.requests[3]?.headers).not.toHaveProperty('idempotency-key')
})

test('keys are on for a culpa server, and opt-in for others', async () => {
  const fetch = scriptedFetch(() => ({ status: 200, body: {} }))
  // Typed clients have no untyped calls: the cast is for the test.
  const typed = createClient({ baseUrl: 'https://api.test', fetch }) as unknown as UntypedClient
  await typed.post('/')
  await createClient({ baseUrl: 'https://api.test', format: 'stripe', fetch }).post('/')
  expect(fetch.requests.map(({ headers }) => 'idempotency-key' in headers)).toEqual([true, false])
})

test('after an ambiguous attempt the last error says unknown, and gives the key to reconcile with', async () => {
  const { server, client } = await arrange([dropAfterReading, refusal(401, 'api_key_revoked')], auto)
  const { error } = await client.post('/v1/charges', { body: {} }).safe()
  expect(error).toMatchObject({ status: 401, outcome: 'unknown' })
  expect(error?.idempotencyKey).toBe(assertSameKey(server.requests))
})

test('a GET that was lost once and then refused took no effect', async () => {
  const { client } = await arrange([dropAfterReading, answer(404)])
  expect((await client.get('/').safe()).error).toMatchObject({ status: 404, outcome: 'rejected' })
})

test('a recorded refusal clears up an ambiguous attempt', async () => {
  const declined = refusal(402, 'card_declined', { 'idempotent-replayed': 'true' }, 'card_error')
  const { client } = await arrange([dropAfterReading, declined], auto)
  const { error } = await client.post('/v1/charges', { body: {} }).safe()
  expect(error).toMatchObject({ code: 'card_declined', replayed: true, outcome: 'rejected' })
})

test('Idempotent-Replayed is told with a success', async () => {
  const { client } = await arrange([dropAfterReading, answer(200, {}, { 'idempotent-replayed': 'true' })], auto)
  const { ok, response } = await client.post('/v1/charges', { body: {} }).safe()
  expect([ok, response?.replayed]).toEqual([true, true])
})

test.each(['idempotency_outcome_unknown', 'idempotency_response_expired', 'idempotency_in_progress'])(
  '%s says that the outcome is unknown, though no attempt of this call was lost',
  async (code) => {
    const { client } = await arrange([refusal(409, code)], auto)
    const { error } = await client.post('/v1/charges', { body: {} }).safe()
    expect(error).toMatchObject({ code, outcome: 'unknown' })
  },
)

test.each([
  ['429', answer(429), 'rejected'],
  ['503 with a hint', answer(503, '', { 'retry-after': '1' }), 'rejected'],
  ['402', answer(402), 'rejected'],
  ['500', answer(500), 'unknown'],
  ['503 without a hint', answer(503), 'unknown'],
  ['no JSON', answer(200, 'oops'), 'unknown'],
] as const)('the outcome of a POST that ends in %s', async (_name, step, outcome) => {
  const { client } = await arrange([step])
  expect((await client.post('/').safe()).error?.outcome).toBe(outcome)
})
