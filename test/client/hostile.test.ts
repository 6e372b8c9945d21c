import { inspect } from 'node:util'
import { createApi, defineContract } from 'culpa'
import { type ApiResponseError, contractFacts, createClient } from 'culpa/client'
import { assertSameKey, instantClock, scriptedFetch } from 'culpa/testing'
import { expect, test } from 'vitest'
import { arrange } from './client-of.ts'
import { answer, dropAfterReading, fine, refusal } from './misbehaving-server.ts'

const auto = { idempotency: 'auto' } as const

test.each([301, 302, 303, 307, 308])(
  'a redirect (%i) is not followed, and says nothing of the request',
  async (status) => {
    const { server, client } = await arrange([answer(status, '', { location: 'http://127.0.0.1:1/elsewhere' })])
    const { error } = await client.post('/v1/charges', { body: {} }).safe()
    expect(error).toMatchObject({ name: 'ApiError', status, outcome: 'unknown' })
    expect(server.requests).toHaveLength(1)
    expect((await client.get('/').safe()).error).toMatchObject({ status, outcome: 'rejected' })
  },
)

test('built-in codes that the contract renamed mean what they meant', async () => {
  const contract = defineContract({
    docs: '/errors',
    builtins: { idempotency_in_progress: { code: 'charge_running' }, idempotency_key_reused: { code: 'key_taken' } },
  })
  createApi({ contract, operations: [] })
  const known = { contract: JSON.parse(JSON.stringify(contractFacts(contract))), ...auto }
  const running = await arrange([refusal(409, 'charge_running')], known)
  const { error } = await running.client.post('/').safe()
  expect(error).toMatchObject({ name: 'ConflictError', code: 'charge_running', outcome: 'unknown' })
  expect(running.server.requests).toHaveLength(3)
  const taken = await arrange([refusal(422, 'key_taken')], known)
  expect((await taken.client.post('/').safe()).error?.name).toBe('IdempotencyError')
})

test.each([
  [500, 'rate_limit_rule_not_published', 'ApiError'],
  [400, '50035', 'InvalidRequestError'],
  [409, 'permission_exists', 'ConflictError'],
  [422, '401k_plan_invalid', 'InvalidRequestError'],
])('a %i with the code %s is a code like any other', async (status, code, name) => {
  const { server, client } = await arrange([answer(status, { error: { code, message: 'No.' } })])
  expect((await client.post('/').safe()).error).toMatchObject({ name, code })
  expect(server.requests).toHaveLength(1)
})

test('a recorded failure settles nothing: it may have worked by half', async () => {
  const recorded = answer(503, '', { 'retry-after': '1', 'idempotent-replayed': 'true' })
  const { client } = await arrange([dropAfterReading, recorded], auto)
  expect((await client.post('/').safe()).error).toMatchObject({ status: 503, replayed: true, outcome: 'unknown' })
})

test('a form is the same bytes on every attempt', async () => {
  const form = new FormData()
  form.set('file', new Blob(['content']), 'a.txt')
  const fetch = scriptedFetch([{ status: 500 }, { status: 200, body: {} }])
  await createClient({ baseUrl: 'https://api.test', format: 'auto', clock: instantClock(), fetch, ...auto }).post('/', {
    body: form,
  })
  assertSameKey(fetch.requests)
  const [first, second] = fetch.requests
  expect(first?.headers['content-type']).toMatch(/^multipart\/form-data; boundary=/)
  expect(second?.headers['content-type']).toBe(first?.headers['content-type'])
  expect(new Uint8Array(second?.body as ArrayBuffer)).toEqual(new Uint8Array(first?.body as ArrayBuffer))
})

test('bytes that change after the call began do not change it', async () => {
  const bytes = new TextEncoder().encode('before')
  const { server, client } = await arrange([answer(500), fine], auto)
  const call = client.put('/', { body: bytes })
  bytes.fill(120)
  await call
  expect(server.requests.map(({ body }) => body)).toEqual(['before', 'before'])
})

test('no half of a key is left where a text is cut', async () => {
  const apiKey = 'sk_live_ABCDEFGHIJKLMNOP'
  for (const length of [185, 190, 199]) {
    const { client } = await arrange(
      [answer(400, `${'x'.repeat(length)}${apiKey}`, { 'content-type': 'text/plain' })],
      { apiKey },
    )
    expect((await client.get('/').safe()).error?.message).not.toContain('sk_live')
  }
  const { client } = await arrange([answer(400, `${'x'.repeat(65_530)}${apiKey}`, { 'content-type': 'text/plain' })], {
    apiKey,
  })
  const { error } = await client.get('/').safe()
  expect((error as ApiResponseError).rawBody).not.toContain('sk_liv')
})

test('a header that HTTP does not allow is refused by its name alone', async () => {
  const given = {
    baseUrl: 'https://api.test',
    format: 'auto',
    headers: { authorization: 'Bearer top-secret\nx' },
  } as const
  expect(() => createClient(given)).toThrow('authorization')
  expect(() => createClient(given)).not.toThrow('top-secret')
})

test('an error of more than 64 KB is read whole, and kept in part', async () => {
  const errors = Object.fromEntries(
    Array.from({ length: 2000 }, (_, index) => [`field_${index}`, ['Is wrong, as most of them are.']]),
  )
  const { client } = await arrange([answer(422, { message: 'Invalid.', errors })])
  const { error } = await client.get('/').safe()
  expect(error?.fieldErrors).toHaveLength(2000)
  expect((error as ApiResponseError).rawBody).toHaveLength(65_536)
})

test('an error without end is read in part', async () => {
  let sent = 0
  const body = new ReadableStream({
    pull(controller) {
      sent += 65_536
      controller.enqueue(new Uint8Array(65_536).fill(120))
    },
  })
  const fetch = async () => new Response(body, { status: 400 })
  const { error } = await createClient({ baseUrl: 'https://api.test', format: 'auto', fetch }).get('/').safe()
  expect(error).toMatchObject({ status: 400, format: 'text' })
  expect(sent).toBeLessThan(2_000_000)
})

test('what a hook does to what it is given changes nothing for the call', async () => {
  const { server, client } = await arrange([answer(500), answer(404)], {
    onAttempt: ({ error }) => void Object.freeze(error),
    onSend: () => ({ 'not a header': 'x' }),
  })
  expect((await client.get('/').safe()).error).toMatchObject({ status: 404, attempts: { length: 2 } })
  expect(server.requests).toHaveLength(2)
})

test.each([
  ['a function', () => {}],
  ['a symbol', Symbol('x')],
])('%s is no body', async (_name, body) => {
  const { server, client } = await arrange([fine])
  await expect(client.post('/', { body })).rejects.toThrow(TypeError)
  expect(server.requests).toHaveLength(0)
})

test('a query may be a URLSearchParams, and a list of dates is a list', async () => {
  const fetch = scriptedFetch(() => ({ status: 200, body: {} }))
  const client = createClient({ baseUrl: 'https://api.test', format: 'auto', fetch })
  await client.get('/', { query: new URLSearchParams({ a: '1' }) })
  await client.get('/', { query: { at: [new Date(0)] } })
  const sent = fetch.requests.map(({ url }) => decodeURIComponent(new URL(url).search))
  expect(sent).toEqual(['?a=1', '?at[]=1970-01-01T00:00:00.000Z'])
})

test('a conflict of a key that says when to come back may be one with a request that runs', async () => {
  const { client } = await arrange([refusal(409, 'operation_running', { 'retry-after': '60' })], auto)
  expect((await client.post('/').safe()).error).toMatchObject({ stopped: 'retry_after', outcome: 'unknown' })
})

test('a secret that looks like a part of the JSON takes nothing of it away', async () => {
  const error = { code: 'idempotency_outcome_unknown', message: 'Nobody knows.', amount: 4711_0000_11 }
  const { client } = await arrange([answer(409, { error })], { ...auto, headers: { 'x-auth-tenant': '4711000011' } })
  const failed = (await client.post('/').safe()).error
  expect(failed).toMatchObject({
    code: error.code,
    format: 'stripe',
    outcome: 'unknown',
    details: { amount: 4711_0000_11 },
  })
})

test.each(['constructor', 'toString', '__proto__'])(
  'the code %s is one that the contract does not have',
  async (code) => {
    const contract = contractFacts(defineContract({ docs: '/errors' }))
    const { server, client } = await arrange([answer(400, { error: { code, message: 'No.' } })], { contract, ...auto })
    expect((await client.post('/').safe()).error).toMatchObject({ status: 400, code: 'unknown', rawCode: code })
    expect(server.requests).toHaveLength(1)
  },
)

test('a key of blanks is none, and a hook gives no other', async () => {
  const { server, client } = await arrange([dropAfterReading, fine], {
    ...auto,
    onSend: ({ attempt }) => ({ 'Idempotency-Key': `other-${attempt.number}`, connection: 'close', traced: 'yes' }),
  })
  await expect(client.post('/', { idempotencyKey: ' ' })).rejects.toThrow('idempotencyKey')
  await client.post('/')
  expect(assertSameKey(server.requests)).not.toContain('other')
  expect(server.requests[0]?.headers.traced).toBe('yes')
})

test('an unkeyed operation is one whatever its query', async () => {
  const { server, client } = await arrange([dropAfterReading], { ...auto, unkeyed: { 'POST /sessions': true } })
  await client.post('/sessions?x=1').safe()
  expect(server.requests).toHaveLength(1)
})

test('one try of several that was not refused may have arrived', async () => {
  const failed = (code: string, syscall: string) => Object.assign(new Error(code), { code, syscall })
  const outcomeOf = async (...tries: Error[]) => {
    const fetch = () => Promise.reject(new TypeError('fetch failed', { cause: new AggregateError(tries) }))
    const client = createClient({ baseUrl: 'https://api.test', format: 'auto', clock: instantClock(), fetch })
    return (await client.post('/').safe()).error?.outcome
  }
  const refused = failed('ECONNREFUSED', 'connect')
  expect(await outcomeOf(refused, failed('ETIMEDOUT', 'connect'))).toBe('not_sent')
  expect(await outcomeOf(refused, failed('ECONNRESET', 'read'))).toBe('unknown')
})

test('a secret of many per cent signs is looked for in linear time', async () => {
  const q = `${'%'.repeat(13)}!`
  const { client } = await arrange([answer(400, { message: `?q=%${'25'.repeat(2000)}`, errors: {} })])
  expect((await client.get('/', { query: { q } }).safe()).error?.status).toBe(400)
})

test('nothing is sent after the deadline', async () => {
  const { server } = await arrange([answer(500), fine])
  const onRetry = () => {
    const until = performance.now() + 150
    while (performance.now() < until);
  }
  const late = createClient({ baseUrl: server.url, format: 'auto', deadlineMs: 100, onRetry, random: () => 0 })
  expect((await late.get('/').safe()).error).toMatchObject({ status: 500, stopped: 'deadline' })
  expect(server.requests).toHaveLength(1)
})

test('what is recorded is not asked for again', async () => {
  const { server, client } = await arrange(
    [answer(429, '', { 'idempotent-replayed': 'true', 'retry-after': '1' })],
    auto,
  )
  expect((await client.post('/').safe()).error).toMatchObject({ replayed: true })
  expect(server.requests).toHaveLength(1)
})

test('a credential that a hook adds, or one of several of a name, is in no error, whoever repeats it', async () => {
  const repeated = 'token_of_1 token_of_2 first_value second_value'
  const { client } = await arrange([answer(500, { message: repeated }), answer(404, { message: repeated })], {
    onSend: ({ attempt }) => ({ authorization: `Bearer token_of_${attempt.number}` }),
  })
  const { error } = await client.get('/?api_key=first_value&api_key=second_value').safe()
  expect(error).toMatchObject({ status: 404, message: Array(4).fill('[redacted]').join(' ') })
  expect(inspect(error, { showHidden: true, depth: 9 })).not.toMatch(/token_of|_value/)
})

test('an attempt tells the URL that was sent', async () => {
  const { server, client } = await arrange([answer(404)])
  const { error } = await client.get('/v1/../a b\n/é').safe()
  const { pathname } = new URL(error?.attempts[0]?.url ?? '')
  expect(error?.attempts[0]?.url).toMatch(/^http:[^ ]+$/)
  expect(server.requests.map(({ target }) => target)).toEqual([pathname])
})
