import { expect, test } from 'vitest'
import { defineContract } from '../contract/define-contract.ts'
import { createApi } from '../create-api.ts'
import { send } from '../guards/testing.suite.ts'
import { operationsFor } from './operations-for.ts'

const contract = defineContract({ docs: '/errors' })
const operation = operationsFor(contract)
const api = createApi({
  contract,
  operations: [
    operation('GET /v1/charges', { handler: () => ['ch_1'] }),
    operation('GET /v1/charges/:id', { handler: ({ params }) => ({ id: params.id }) }),
    operation('DELETE /v1/charges/:id', { handler: () => undefined }),
    operation('POST /v1/refunds', { maxBodyBytes: 100, handler: () => ({}) }),
  ],
  log: () => undefined,
})

test('no such path: 404 route_unknown', async () => {
  const answer = await send(api, 'GET /v1/nothing')
  expect(answer).toMatchObject({ status: 404, code: 'route_unknown' })
})

test.each([
  ['//elsewhere.example/v1/charges'],
  ['//v1/charges'],
  ['/v1//charges'],
  ['/v1/./charges'],
  ['/v1/refunds/../charges'],
  ['/v1/%2e%2e/v1/charges'],
  ['/v1/__proto__'],
  ['/v1/constructor'],
  ['/v1/charges/ch_1/more'],
  ['/V1/charges'],
])('a path that only resembles one, %s: 404 route_unknown', async (target) => {
  expect(await send(api, `GET ${target}`)).toMatchObject({ status: 404, code: 'route_unknown' })
})

test('a path parameter is never empty', async () => {
  expect((await send(api, 'GET /v1/charges/')).text).not.toContain('"id":""')
})

test('the authority of an absolute target is ignored', async () => {
  expect((await send(api, 'GET http://elsewhere.example/v1/charges')).status).toBe(200)
})

test('an absolute target without a path is that of the root', async () => {
  expect(await send(api, 'GET http://elsewhere.example?a=1')).toMatchObject({ status: 404, code: 'route_unknown' })
})

test.each([['v1/charges'], ['ftp://a/v1/charges'], ['/v1/charges#top'], ['']])(
  'a target that is none, "%s": 400 request_malformed',
  async (target) => {
    expect(await send(api, `GET ${target}`)).toMatchObject({ status: 400, code: 'request_malformed' })
  },
)

test('path known, method not: 405 method_not_allowed + Allow with HEAD and OPTIONS', async () => {
  const answer = await send(api, 'POST /v1/charges/ch_1')
  expect(answer).toMatchObject({ status: 405, code: 'method_not_allowed' })
  expect(answer.header('allow')).toBe('GET, DELETE, HEAD, OPTIONS')
})

test('HEAD is not allowed where GET is not', async () => {
  const answer = await send(api, 'HEAD /v1/refunds')
  expect(answer.status).toBe(405)
  expect(answer.header('allow')).toBe('POST, OPTIONS')
})

test.each(['BREW', 'get', 'TRACE', 'CONNECT', '__proto__'])('method nobody knows, %s: 405 as well', async (method) => {
  const answer = await send(api, `${method} /v1/charges`)
  expect(answer).toMatchObject({ status: 405, code: 'method_not_allowed' })
  expect(answer.header('allow')).toBe('GET, HEAD, OPTIONS')
})

test('OPTIONS: 204 + Allow', async () => {
  const answer = await send(api, 'OPTIONS /v1/charges/ch_1')
  expect(answer).toMatchObject({ status: 204, text: '' })
  expect(answer.header('allow')).toBe('GET, DELETE, HEAD, OPTIONS')
  expect(answer.header('content-length')).toBeUndefined()
})

test('OPTIONS * is answered', async () => {
  expect((await send(api, 'OPTIONS *')).status).toBe(204)
})

test("HEAD: GET's status and headers, no body", async () => {
  const get = await send(api, 'GET /v1/charges')
  const head = await send(api, 'HEAD /v1/charges')
  expect(head).toMatchObject({ status: 200, text: '' })
  expect(head.header('content-type')).toBe(get.header('content-type'))
  expect(head.header('content-length')).toBe(String(get.bytes.byteLength))
})

test("HEAD: GET's status and headers, no body, on errors too", async () => {
  const get = await send(api, 'GET /v1/nothing')
  const head = await send(api, 'HEAD /v1/nothing')
  expect(head).toMatchObject({ status: 404, code: 'route_unknown', text: '' })
  expect(head.header('content-length')).toBe(String(get.bytes.byteLength))
})

test('target too long: 414 target_too_long', async () => {
  const answer = await send(api, `GET /v1/charges?q=${'a'.repeat(8192)}`)
  expect(answer).toMatchObject({ status: 414, code: 'target_too_long' })
})

test('a body longer than any operation takes is refused before its path is looked at, and the connection closed', async () => {
  const answer = await send(api, 'POST /v1/nothing', { headers: { 'content-length': '1048577' } })
  expect(answer).toMatchObject({ status: 413, code: 'body_too_large' })
  expect(answer.header('connection')).toBe('close')
})

test('a path parameter is decoded once, and one that is not UTF-8 is 400 parameter_invalid', async () => {
  expect((await send(api, 'GET /v1/charges/a%252Fb')).json).toEqual({ id: 'a%2Fb' })
  const answer = await send(api, 'GET /v1/charges/%ff')
  expect(answer).toMatchObject({ status: 400, code: 'parameter_invalid' })
  expect(answer.json.param).toBe('id')
})

test('what a path with a parameter can be refused with stands in the plan of each of its operations, and of no other', async () => {
  const unreadable = await send(api, 'DELETE /v1/charges/%ff')
  const empty = await send(api, 'DELETE /v1/charges/')
  expect([unreadable.code, empty.code]).toEqual(['parameter_invalid', 'parameter_missing'])
  for (const { id, codes } of api.plans) {
    const isListed = [unreadable, empty].map(({ code }) => codes.has(code ?? ''))
    expect(isListed, id).toEqual([id.includes(':'), id.includes(':')])
  }
})

test('all errors: no-store, nosniff, exact Content-Length, Request-Id, Error-Code and a link to the page', async () => {
  const answers = await Promise.all([
    send(api, 'GET /v1/nothing'),
    send(api, 'POST /v1/charges/ch_1'),
    send(api, 'GET /v1/charges/%ff'),
    send(api, 'GET v1'),
  ])
  for (const answer of answers) {
    expect(answer.header('cache-control')).toBe('no-store')
    expect(answer.header('x-content-type-options')).toBe('nosniff')
    expect(answer.header('content-length')).toBe(String(answer.bytes.byteLength))
    expect(answer.header('request-id')).toMatch(/^req_\w{14,}$/)
    expect(answer.header('link')).toBe(`</errors/${answer.code}>; rel="help"`)
    expect(answer.header('content-type')).toBe('application/problem+json')
  }
})

test('every request has an id of its own', async () => {
  const ids = await Promise.all(
    Array.from({ length: 50 }, async () => (await send(api, 'GET /v1/charges')).header('request-id')),
  )
  expect(new Set(ids).size).toBe(50)
})
