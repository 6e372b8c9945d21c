import { inspect } from 'node:util'
import { runInNewContext } from 'node:vm'
import { ApiClientError, type ApiResponseError, createClient } from 'culpa/client'
import { scriptedFetch, seededRandom } from 'culpa/testing'
import { expect, test } from 'vitest'
import { arrange } from './client-of.ts'
import { answer, dropAfterReading, fine, refusal, stallAfterHeaders, threeOfTen } from './misbehaving-server.ts'

// What clients of today get wrong, one test each.

test('a POST without a key is not sent again on a dropped connection', async () => {
  const { server, client } = await arrange([dropAfterReading, fine])
  const { error } = await client.post('/v1/charges', { body: { amount: 1 } }).safe()
  expect(server.requests).toHaveLength(1)
  expect(error).toMatchObject({ code: 'connection_lost', outcome: 'unknown' })
})

test('a 409 such as email_taken is not retried', async () => {
  const { server, client } = await arrange([refusal(409, 'email_taken'), fine])
  const { error } = await client.put('/v1/users/1', { body: {}, idempotencyKey: 'k' }).safe()
  expect([error?.code, server.requests.length]).toEqual(['email_taken', 1])
})

test('Retry-After is neither ignored nor clamped', async () => {
  const { client, clock } = await arrange([answer(429, '', { 'retry-after': '25' }), fine])
  await client.get('/')
  expect(clock.waits[0]).toBeGreaterThanOrEqual(25_000)
})

test('Retry-After of days is not slept for', async () => {
  const { client, clock } = await arrange([answer(503, '', { 'retry-after': '172800' }), fine])
  const { error } = await client.get('/').safe()
  expect([error?.stopped, error?.status, clock.waits.length]).toEqual(['retry_after', 503, 0])
})

test('the timeout does not end at the headers', async () => {
  const { client } = await arrange([stallAfterHeaders])
  const { error } = await client.get('/', { timeoutMs: 50, maxAttempts: 1 }).safe()
  expect(error?.name).toBe('ApiTimeoutError')
})

test('an HTML 502 becomes an ApiError with its status and body, no SyntaxError', async () => {
  const page = '<html><body><h1>502 Bad Gateway</h1></body></html>'
  const { client } = await arrange([answer(502, page, { 'content-type': 'text/html' })])
  const { error } = await client.get('/').safe()
  expect(error).toMatchObject({ name: 'ApiError', status: 502, format: 'html' })
  expect((error as ApiResponseError).rawBody).toBe(page)
  expect(error?.message.length).toBeLessThan(100)
})

test('an HTML page with status 200 is no success', async () => {
  const { client } = await arrange([answer(200, '<html>Log in</html>', { 'content-type': 'text/html' })])
  expect((await client.get('/').safe()).error?.name).toBe('InvalidResponseError')
})

test('JSON that is none, with status 200, is no success and no SyntaxError', async () => {
  const { server, client } = await arrange([answer(200, '{"id": ')])
  const { error } = await client.get('/').safe()
  expect([error?.name, error?.status, server.requests.length]).toEqual(['InvalidResponseError', 200, 1])
})

test('an empty 500 does not look like success', async () => {
  const { client } = await arrange([answer(500)])
  const { ok, error } = await client.get('/').safe()
  expect([ok, error?.status, error?.format]).toEqual([false, 500, 'empty'])
})

test('a 404 problem document does not resolve as success', async () => {
  const problem = { type: 'https://x.test/gone', title: 'Not found', status: 404, detail: 'No such charge.' }
  const { client } = await arrange([answer(404, problem, { 'content-type': 'application/problem+json' })])
  await expect(client.get('/')).rejects.toMatchObject({ name: 'NotFoundError', message: 'No such charge.' })
})

test('a success that carries an error envelope does not resolve as success', async () => {
  const { client } = await arrange([refusal(200, 'card_declined', {}, 'card_error')])
  await expect(client.get('/')).rejects.toMatchObject({ name: 'CardError', status: 200, code: 'card_declined' })
})

test('no token, key, header or body of the request is printed with an error', async () => {
  const apiKey = 'sk_live_0123456789abcdef'
  const echo = answer(401, { error: { type: 'authentication_error', message: `Unknown key ${apiKey}.` } })
  for (const step of [echo, dropAfterReading, stallAfterHeaders, answer(200, apiKey)]) {
    const { client } = await arrange([step], { apiKey, headers: { 'x-session': 'secret-session' } })
    const input = {
      query: { token: 'secret-token' },
      body: { card: 'secret-card' },
      idempotencyKey: 'secret-idempotency',
    }
    const { error } = await client.post('/v1/charges', { ...input, timeoutMs: 50 }).safe()
    const printed = [
      inspect(error, { depth: 20, showHidden: false }),
      JSON.stringify(error),
      String(error?.stack),
    ].join()
    expect(printed).not.toContain(apiKey)
    expect(printed).not.toMatch(/secret-/)
  }
})

test('an error survives structuredClone with its message and name of the platform', async () => {
  const { client } = await arrange([refusal(402, 'card_declined', {}, 'card_error')])
  const { error } = await client.get('/').safe()
  expect(structuredClone(error)).toMatchObject({ message: 'It is card_declined.' })
})

test('instanceof knows an error of another realm', async () => {
  const { client } = await arrange([answer(500)])
  const { error } = await client.get('/').safe()
  const foreign = runInNewContext('const error = new Error("x"); error[brand] = value; error', {
    brand: Symbol.for('culpa.ApiClientError'),
    value: (error as unknown as Record<symbol, unknown>)[Symbol.for('culpa.ApiClientError')],
  })
  expect(foreign).not.toBeInstanceOf(Error)
  expect(foreign instanceof ApiClientError).toBe(true)
})

test('a body that is cut off is an ApiConnectionError, no bare TypeError', async () => {
  const { client } = await arrange([threeOfTen])
  const { error } = await client.get('/').safe()
  expect(error).toMatchObject({ name: 'ApiConnectionError', code: 'connection_lost' })
})

test('a body that is cut off is seen where fetch itself does not see it', async () => {
  const fetch = scriptedFetch(['cut_body', { status: 200, body: { id: 1 } }])
  const client = createClient({ baseUrl: 'https://api.test', format: 'auto', fetch, random: () => 0 })
  expect(await client.get('/')).toEqual({ id: 1 })
  expect(fetch.requests).toHaveLength(2)
})

test('first retries are not all at exactly 500 ms', async () => {
  const waits = new Set<number>()
  for (let seed = 0; seed < 20; seed++) {
    const { client, clock } = await arrange([answer(500), fine], { random: seededRandom(seed) })
    await client.get('/')
    waits.add(clock.waits[0]!)
  }
  expect(waits.size).toBeGreaterThan(12)
})

test('501 is not retried', async () => {
  const { server, client } = await arrange([answer(501), fine])
  expect((await client.get('/').safe()).error?.status).toBe(501)
  expect(server.requests).toHaveLength(1)
})
