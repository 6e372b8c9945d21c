import { inspect } from 'node:util'
import { createClient } from 'culpa/client'
import { scriptedFetch } from 'culpa/testing'
import { expect, test } from 'vitest'

const baseUrl = 'https://api.test'
const fine = () => ({ status: 200, body: {} })

test('a call without a key sends none, whatever the headers of the client say', async () => {
  const fetch = scriptedFetch(fine)
  const client = createClient({ baseUrl, format: 'auto', headers: { 'Idempotency-Key': 'always' }, fetch })
  await client.post('/')
  await client.post('/', { idempotencyKey: false })
  expect(fetch.requests.map(({ headers }) => headers['idempotency-key'])).toEqual(['always', undefined])
})

test.each([
  ['an empty idempotency key', { idempotencyKey: '' }, 'idempotencyKey'],
  ['a body that GET has none of', { body: {} }, 'body'],
])('%s is refused before anything is sent', async (_name, input, field) => {
  const fetch = scriptedFetch(fine)
  const call = createClient({ baseUrl, format: 'auto', fetch }).get('/', input)
  await expect(call).rejects.toThrow(TypeError)
  await expect(call).rejects.toThrow(field)
  expect(fetch.requests).toHaveLength(0)
})

test('no credentials of headers, and no query, stand in an error that a server or the platform made of them', async () => {
  const basic = 'dXNlcjpwYXNzd29yZA=='
  const session = 'session=0123456789abcdef'
  const token = 'token=a-secret-of-the-query'
  const said = { message: `No access for Basic ${basic}, ${session}, /?${token}` }
  const broken = new TypeError('fetch failed', { cause: new Error(`sending ${baseUrl}/?${token} ${basic} ${session}`) })
  const fetch = async (url: string) => {
    if (url.includes('broken')) throw broken
    return Response.json(said, { status: 403, headers: { 'x-echo': basic } })
  }
  const client = createClient({ baseUrl, format: 'auto', headers: { Authorization: `Basic ${basic}` }, fetch })
  for (const path of ['/', '/broken']) {
    const query = Object.fromEntries(new URLSearchParams(token))
    const { error } = await client.post(path, { headers: { cookie: session }, query }).safe()
    const texts = [
      inspect(error, { depth: null, showHidden: true }),
      JSON.stringify(error),
      String(error),
      error?.stack,
    ]
    for (const secret of [basic, session, token]) expect(texts.join('\n')).not.toContain(secret)
    expect(error?.cause === undefined).toBe(path === '/')
  }
})

test('times are whole milliseconds', async () => {
  const fetch = scriptedFetch(['stalled'])
  const { error } = await createClient({ baseUrl, format: 'auto', fetch, timeoutMs: 20.4 }).post('/').safe()
  expect(error?.message).toContain(' 20 ms')
  expect(Number.isInteger(error?.attempts[0]?.durationMs)).toBe(true)
})
