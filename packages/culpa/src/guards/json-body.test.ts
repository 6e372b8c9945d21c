import fc from 'fast-check'
import { expect, test } from 'vitest'
import { z } from 'zod'
import type { ApiError } from '../contract/api-error.ts'
import { defineContract } from '../contract/define-contract.ts'
import { createApi } from '../create-api.ts'
import { operationsFor } from '../server/operations-for.ts'
import { parseJsonBody } from './json-body.ts'
import { send } from './testing.suite.ts'

const encoder = new TextEncoder()

function refusalOf(body: string | Uint8Array, maxDepth = 64): ApiError {
  const bytes = typeof body === 'string' ? encoder.encode(body) : body
  try {
    parseJsonBody(bytes, maxDepth)
  } catch (error) {
    return error as ApiError
  }
  throw new Error('the body was accepted')
}

const contract = defineContract({ docs: '/errors' })
const api = createApi({
  contract,
  operations: [
    operationsFor(contract)('POST /', { body: z.unknown(), maxBodyBytes: 1000, handler: ({ body }) => ({ body }) }),
    operationsFor(contract)('POST /large', { body: z.unknown(), maxBodyBytes: 5000, handler: () => 'read' }),
  ],
  log: () => undefined,
})

const broken: readonly [name: string, body: string | Uint8Array, place: string | undefined][] = [
  ['not JSON', '{"a":\n  x}', 'line 2, column 3'],
  ['not JSON at all', 'hello', 'line 1, column 1'],
  ['a value of nothing', '{"a":}', 'line 1, column 6'],
  ['a value too few in a list', '[1,,2]', 'line 1, column 4'],
  ['a word that is no literal', '[true, nul!]', 'line 1, column 8'],
  ['a long body with a wrong token', `{"${'k'.repeat(90)}":1,\n"b":?,"${'c'.repeat(90)}":1}`, 'line 2, column 5'],
  ['truncated', '{"a":[1,2', 'line 1, column 10'],
  ['truncated in a string', '{"a":"b', 'line 1, column 8'],
  ['truncated in a literal', '{"a":tru', 'line 1, column 9'],
  ['a trailing comma', '{"a":1,}', 'line 1, column 8'],
  ['two values', '{}\n{}', 'line 2, column 1'],
  ['a control character in a string', '"a\u0001"', 'line 1, column 3'],
  ['nothing but blanks', ' \n', undefined],
  ['invalid UTF-8', new Uint8Array([34, 0xff, 34]), undefined],
  ['half a surrogate in UTF-8', new Uint8Array([34, 0xed, 0xa0, 0x80, 34]), undefined],
  ['__proto__', '{"a":{\n"__proto__":{}}}', 'line 2, column 1'],
  ['__proto__ in escapes', '{"\\u005f_proto__":1}', 'line 1, column 2'],
  ['constructor.prototype', '{"constructor":{"prototype":{"admin":true}}}', 'line 1, column 17'],
  ['duplicate keys', '{"amount":1,\n"amount":100}', 'line 2, column 1'],
  ['duplicate keys, one of them escaped', '{"amount":1,"\\u0061mount":100}', 'line 1, column 13'],
  ['nesting over the limit', `${'['.repeat(65)}${']'.repeat(65)}`, 'line 1, column 65'],
  ['nesting by the ten thousand', '['.repeat(100_000) + ']'.repeat(100_000), 'line 1, column 65'],
]

test.each(broken)('%s: 400 body_malformed with line and column where known', (_name, body, place) => {
  const { code, status, message } = refusalOf(body)
  expect({ code, status }).toEqual({ code: 'body_malformed', status: 400 })
  if (place === undefined) expect(message).not.toContain('line')
  else expect(message).toContain(place)
})

test('a broken body is answered in the contract', async () => {
  const answer = await send(api, 'POST /', { body: '{"a":1' })
  expect(answer).toMatchObject({ status: 400, code: 'body_malformed' })
  expect(answer.json.detail).toContain('line 1, column 7')
})

test('nothing of the values of a broken body is repeated', () => {
  for (const body of ['{"card":"4242424242424242"', '{"card":4242424242424242x}', '"4242424242424242\u0001"']) {
    expect(refusalOf(body).message).not.toContain('4242')
  }
})

test('every JSON text is read as JSON.parse reads it', () => {
  fc.assert(
    fc.property(fc.json({ maxDepth: 20 }), (text) => {
      const value = JSON.parse(text)
      fc.pre(!text.includes('__proto__') && JSON.stringify(value).length === text.length)
      expect(parseJsonBody(encoder.encode(text), 64)).toEqual(value)
    }),
  )
})

test('where a character too many breaks a text, its place is told exactly', () => {
  const texts = fc.json({ maxDepth: 5 })
  fc.assert(
    fc.property(texts, fc.nat(), (text, seed) => {
      const places = [...text.matchAll(/[[:,](?=[^\]])/g)].map(({ index }) => index + 1)
      const outside = places.filter(
        (place) => (text.slice(0, place).replaceAll('\\"', '').match(/"/g)?.length ?? 0) % 2 === 0,
      )
      fc.pre(outside.length > 0 && !text.includes('\\'))
      const place = outside[seed % outside.length] as number
      const message = refusalOf(`${text.slice(0, place)}?${text.slice(place)}`).message
      expect(message).toContain(`line 1, column ${place + 1}.`)
    }),
  )
})

test('any text at all is read or refused, and never kept looking at', () => {
  const damaged = fc.tuple(fc.json(), fc.nat(), fc.string({ maxLength: 2 })).map(([text, seed, more]) => {
    const place = seed % (text.length + 1)
    return text.slice(0, place) + more + text.slice(place + 1)
  })
  fc.assert(
    fc.property(fc.oneof(fc.string(), damaged), (text) => {
      try {
        parseJsonBody(encoder.encode(text), 64)
      } catch (error) {
        expect(error).toMatchObject({ code: 'body_malformed' })
      }
    }),
  )
})

test('the same key in two objects, and prototype alone, are fine', () => {
  const text = '{"a":{"id":1},"b":{"id":2},"prototype":1,"constructor":"x","list":[{"id":1},{"id":2}]}'
  expect(parseJsonBody(encoder.encode(text), 64)).toEqual(JSON.parse(text))
})

test('no body counts as an empty object, so that validation can name what is missing', async () => {
  expect((await send(api, 'POST /')).json).toEqual({ body: {} })
})

test('a byte order mark is no part of the JSON', () => {
  expect(parseJsonBody(new Uint8Array([0xef, 0xbb, 0xbf, 0x31]), 64)).toBe(1)
})

test('body over the limit, by its length: 413 body_too_large before it is read, connection closed', async () => {
  const unread = () => Promise.reject(new Error('the body was read'))
  const reply = await api.handle({
    method: 'POST',
    target: '/',
    address: '',
    signal: new AbortController().signal,
    hasBody: true,
    header: (name) => ({ 'content-length': '1001', 'content-type': 'application/json' })[name],
    headerCount: () => 1,
    headers: () => [],
    body: unread,
  })
  expect(reply.status).toBe(413)
  expect(reply.headers).toContainEqual(['connection', 'close'])
  expect(reply.headers).toContainEqual(['error-code', 'body_too_large'])
})

test('body over the limit, length unknown: 413 body_too_large', async () => {
  const headers = { 'content-type': 'application/json', 'content-length': '' }
  const answer = await send(api, 'POST /', { body: `"${'a'.repeat(1000)}"`, headers })
  expect(answer).toMatchObject({ status: 413, code: 'body_too_large' })
  expect(answer.header('connection')).toBe('close')
})

test('each operation has its own limit', async () => {
  const body = `"${'a'.repeat(1000)}"`
  expect((await send(api, 'POST /large', { body })).status).toBe(200)
  expect((await send(api, 'POST /', { body })).code).toBe('body_too_large')
})

test('zero bytes are no body, whatever was announced', async () => {
  const answer = await send(api, 'POST /', { body: '', headers: { 'content-type': 'application/json' } })
  expect(answer.json).toEqual({ body: {} })
})
