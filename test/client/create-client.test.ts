import { createClient } from 'culpa/client'
import { scriptedFetch } from 'culpa/testing'
import { expect, test, vi } from 'vitest'
import { arrange } from './client-of.ts'
import { answer, dropAfterReading, fine, refusal } from './misbehaving-server.ts'

const baseUrl = 'https://api.test/base/'
const ok = () => scriptedFetch(() => ({ status: 200, body: {} }))

test('sends key, Accept and JSON, and gives the data', async () => {
  const { server, client } = await arrange([fine], { apiKey: 'sk_1', headers: { 'x-team': 'a' } })
  expect(await client.post('/v1/charges', { body: { amount: 1 } })).toEqual({ id: 'ch_1' })
  expect(server.requests[0]).toMatchObject({
    method: 'POST',
    target: '/v1/charges',
    headers: {
      authorization: 'Bearer sk_1',
      accept: 'application/json',
      'content-type': 'application/json',
      'x-team': 'a',
    },
    body: '{"amount":1}',
  })
})

test('fills parameters in as single segments, and appends the query as culpa reads it', async () => {
  const fetch = ok()
  const client = createClient({ baseUrl, format: 'auto', fetch })
  await client.get('/v1/charges/:id/refunds/:refund', {
    params: { id: 'a/b?c', refund: 7 },
    query: { limit: 3, expand: ['x', 'y'], created: { gte: new Date(0) }, none: undefined },
  })
  expect(decodeURIComponent(fetch.requests[0]!.url)).toBe(
    'https://api.test/base/v1/charges/a/b?c/refunds/7?limit=3&expand[]=x&expand[]=y&created[gte]=1970-01-01T00:00:00.000Z',
  )
  expect(fetch.requests[0]!.url).toContain('/a%2Fb%3Fc/')
})

test.each(['', '.', '..', undefined, null])(
  'refuses %j as a parameter: it would ask for another resource',
  async (id) => {
    const fetch = ok()
    const client = createClient({ baseUrl, format: 'auto', fetch })
    await expect(client.get('/v1/charges/:id', { params: { id } })).rejects.toThrow('params.id')
    expect(fetch.requests).toHaveLength(0)
  },
)

test('a path never leads to another host', async () => {
  const fetch = ok()
  const client = createClient({ baseUrl, format: 'auto', fetch, apiKey: 'sk_1' })
  await client.get('//evil.test/x')
  await expect(client.get('https://evil.test/')).rejects.toThrow(TypeError)
  await expect(client.get('@evil.test/')).rejects.toThrow(TypeError)
  expect(fetch.requests.map(({ url }) => new URL(url).host)).toEqual(['api.test'])
})

test.each([
  { baseUrl: 'nonsense' },
  { baseUrl: 'ftp://x.test' },
  { baseUrl: 'https://user:pass@x.test' },
  { baseUrl: 'https://x.test?a=1' },
  { maxAttempts: 0 },
  { timeoutMs: Number.NaN },
  { deadlineMs: -1 },
])('refuses %j', (options) => {
  expect(() => createClient({ baseUrl, format: 'auto', ...options })).toThrow(TypeError)
})

test('a key that no header can carry is refused without being quoted', () => {
  expect(() => createClient({ baseUrl, format: 'auto', apiKey: 'sk_secret\n' })).toThrow(/^(?!.*sk_secret)/)
})

test('safe() throws nothing and leaves no rejection behind; await throws', async () => {
  const { client } = await arrange([refusal(404, 'resource_missing')])
  const result = await client.get('/').safe()
  expect(result).toMatchObject({ ok: false, error: { code: 'resource_missing' }, response: { status: 404 } })
  await expect(client.get('/')).rejects.toMatchObject({ code: 'resource_missing' })
  await client.get('/').catch((error) => expect(error.code).toBe('resource_missing'))
  expect(await Promise.allSettled([client.get('/'), client.get('/').finally(() => {})])).toMatchObject([
    { status: 'rejected' },
    { status: 'rejected' },
  ])
})

test('a response tells its status, headers and request id', async () => {
  const { client } = await arrange([answer(201, { id: 1 }, { 'request-id': 'req_1', etag: '"a"' })])
  const { response } = await client.post('/').safe()
  expect(response).toMatchObject({ status: 201, requestId: 'req_1', replayed: false })
  expect(response?.headers.get('etag')).toBe('"a"')
})

test('nothing where there is no body, text where text was asked for, else bytes', async () => {
  const { client } = await arrange([answer(204), answer(200, '', { 'content-type': '' })])
  expect([await client.delete('/'), await client.delete('/'), await client.request('HEAD', '/')]).toEqual(Array(3))
  const csv = await arrange([answer(200, 'a,b', { 'content-type': 'text/csv' })])
  expect(await csv.client.get('/', { headers: { Accept: 'text/csv' } })).toBe('a,b')
  const bin = await arrange([answer(200, 'ab', { 'content-type': 'application/octet-stream' })])
  expect(await bin.client.get('/', { headers: { accept: '*/*' } })).toEqual(new Uint8Array([97, 98]))
})

test('forms and bytes go out as they are', async () => {
  const { server, client } = await arrange([fine])
  await client.post('/', { body: new URLSearchParams({ a: '1' }) })
  await client.post('/', { body: new TextEncoder().encode('raw') })
  await client.post('/', { body: 'text', headers: { 'content-type': 'text/plain' } })
  await client.post('/', { body: 'text' })
  expect(server.requests.map(({ body }) => body)).toEqual(['a=1', 'raw', 'text', '"text"'])
})

test('an object goes out as a form where its content type says so', async () => {
  const type = 'application/x-www-form-urlencoded; charset=utf-8'
  const { server, client } = await arrange([fine], { headers: { 'Content-Type': type } })
  const card = { number: '4242', exp_month: undefined }
  await client.post('/', { body: { amount: 5, card, expand: ['a', 'b'], items: [{ qty: 1 }, { qty: 2 }] } })
  await client.get('/')
  expect(server.requests[0]).toMatchObject({ headers: { 'content-type': type } })
  expect(decodeURIComponent(server.requests[0]!.body)).toBe(
    'amount=5&card[number]=4242&expand[]=a&expand[]=b&items[0][qty]=1&items[1][qty]=2',
  )
  expect(server.requests[1]?.body).toBe('')
})

/** Hooks that write down what they are told. */
function listen() {
  const told: [name: string, event: { readonly call: object }][] = []
  const hook = (name: string) => (event: { readonly call: object }) => {
    told.push([name, event])
    return undefined
  }
  const hooks = { onSend: hook('send'), onAttempt: hook('attempt'), onRetry: hook('retry'), onError: hook('error') }
  return { told, hooks }
}

test('hooks are told of attempts, retries and the error, and nothing of the query', async () => {
  const { told, hooks } = listen()
  const { client } = await arrange([dropAfterReading, refusal(404, 'resource_missing')], hooks)
  await client.get('/v1/charges/:id?key=secret', { params: { id: 'ch_1' }, query: { token: 'secret' } }).safe()
  expect(told.map(([name]) => name)).toEqual(['send', 'attempt', 'retry', 'send', 'attempt', 'error'])
  const about = { method: 'GET', path: '/v1/charges/:id' }
  expect(told[0]![1]).toEqual({
    ...about,
    call: {},
    attempt: { number: 1, method: 'GET', url: expect.stringMatching(/^http:[^?]+\/v1\/charges\/ch_1$/) },
  })
  expect(told[1]![1]).toMatchObject({
    ...about,
    attempt: { number: 1, code: expect.stringMatching(/ECONNRESET|connection_lost|UND_ERR_SOCKET/) },
  })
  expect(told[4]![1]).toMatchObject({ attempt: { number: 2, status: 404, code: 'resource_missing' } })
  expect(JSON.stringify(told)).not.toContain('secret')
})

test('all events of a call have the same call, and no other has it', async () => {
  const { told, hooks } = listen()
  const { client } = await arrange([answer(500)], hooks)
  await Promise.all([client.get('/a').safe(), client.get('/a').safe()])
  const calls = [...Map.groupBy(told, ([, { call }]) => call).values()]
  const names = ['send', 'attempt', 'retry', 'send', 'attempt', 'retry', 'send', 'attempt', 'error']
  expect(calls.map((events) => events.map(([name]) => name))).toEqual([names, names])
})

test('what onSend returns goes out with its own attempt, in the place of headers of the same name', async () => {
  const { server, client } = await arrange([answer(500), fine], {
    headers: { 'X-Attempt': 'none', 'x-team': 'a' },
    onSend: ({ attempt }) => ({ 'x-attempt': `${attempt.number}`, ...(attempt.number === 1 && { 'x-first': 'yes' }) }),
  })
  await client.get('/')
  expect(server.requests.map(({ headers }) => [headers['x-attempt'], headers['x-first'], headers['x-team']])).toEqual([
    ['1', 'yes', 'a'],
    ['2', undefined, 'a'],
  ])
})

test('a hook that throws or rejects changes nothing', async () => {
  const rejections = vi.fn()
  process.on('unhandledRejection', rejections)
  const throws = () => {
    throw new Error('hook')
  }
  const rejects = () => Promise.reject(new Error('hook'))
  const { client } = await arrange([answer(500), fine], {
    onSend: throws,
    onAttempt: throws,
    onRetry: rejects as () => void,
    onError: throws,
  })
  expect(await client.get('/')).toEqual({ id: 'ch_1' })
  await new Promise((resolve) => setTimeout(resolve))
  process.off('unhandledRejection', rejections)
  expect(rejections).not.toHaveBeenCalled()
})

test('a code outside the contract is unknown, with the code that came', async () => {
  const contract = { format: 'stripe', codes: { card_declined: 'never' } } as const
  const { client } = await arrange([refusal(402, 'made_up_later')], { contract, format: 'auto' })
  expect((await client.get('/').safe()).error).toMatchObject({ code: 'unknown', rawCode: 'made_up_later' })
})
