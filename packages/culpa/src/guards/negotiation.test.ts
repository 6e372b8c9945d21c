import { expect, test } from 'vitest'
import { z } from 'zod'
import { defineContract } from '../contract/define-contract.ts'
import { createApi } from '../create-api.ts'
import { operationsFor } from '../server/operations-for.ts'
import { send, toRequest } from './testing.suite.ts'

const contract = defineContract({ docs: '/errors' })
const operation = operationsFor(contract)
const api = createApi({
  contract,
  operations: [
    operation('GET /json', { handler: () => ({}) }),
    operation('GET /table', { produces: ['application/json', 'text/csv'], handler: () => ({}) }),
    operation('POST /json', { body: z.object({}), handler: () => ({}) }),
    operation('POST /any', {
      body: z.object({}),
      consumes: ['application/json', 'application/x-www-form-urlencoded'],
      handler: () => ({}),
    }),
    operation('POST /none', { handler: () => ({}) }),
  ],
  log: () => undefined,
})

test.each([
  ['text/html'],
  ['application/xml, text/html;q=0.9'],
  ['*/*;q=0'],
  ['application/json;q=0, */*'],
  ['application/*;q=0, */*;q=0.8'],
  ['application/json;q=0.000, text/html'],
  ['application/problem+json'],
  ['nonsense'],
])('Accept excludes every type we have, "%s": 406 not_acceptable, itself as JSON', async (accept) => {
  const answer = await send(api, 'GET /json', { headers: { accept } })
  expect(answer).toMatchObject({ status: 406, code: 'not_acceptable' })
  expect(answer.header('content-type')).toBe('application/problem+json')
  expect(answer.json.code).toBe('not_acceptable')
})

test.each([
  ['application/json'],
  ['APPLICATION/JSON'],
  ['application/json; charset=utf-8'],
  ['application/json;q=0.001'],
  ['*/*;q=0, application/json'],
  ['application/*;q=0, application/json;q=0.1'],
  ['text/html, */*;q=0.1'],
  ['*/*'],
  ['  '],
  [undefined],
])('Accept that lets JSON through, "%s", is served: the most specific range decides', async (accept) => {
  const headers = accept === undefined ? {} : { accept }
  expect((await send(api, 'GET /json', { headers })).status).toBe(200)
})

test('an answer that depends on Accept says so in Vary: one of several types, and a refusal of all', async () => {
  expect((await send(api, 'GET /table')).header('vary')).toBe('Accept')
  expect((await send(api, 'GET /table', { headers: { accept: 'text/plain' } })).header('vary')).toBe('Accept')
  expect((await send(api, 'GET /json', { headers: { accept: 'text/plain' } })).header('vary')).toBe('Accept')
  expect((await send(api, 'GET /json')).header('vary')).toBeUndefined()
})

test('one acceptable type of several is enough', async () => {
  expect((await send(api, 'GET /table', { headers: { accept: 'text/csv, application/json;q=0' } })).status).toBe(200)
  expect((await send(api, 'GET /table', { headers: { accept: 'text/plain' } })).status).toBe(406)
})

test.each([
  ['text/plain'],
  ['application/xml'],
  ['application/jsonp'],
  ['application/x-www-form-urlencoded'],
  [''],
  ['application/json; charset=latin1'],
  ['application/json; charset="iso-8859-1"'],
])('body of another type or charset, "%s": 415 unsupported_media_type + Accept', async (type) => {
  const answer = await send(api, 'POST /json', { body: '{}', headers: { 'content-type': type } })
  expect(answer).toMatchObject({ status: 415, code: 'unsupported_media_type' })
  expect(answer.header('accept')).toBe('application/json')
  expect(answer.header('accept-encoding')).toBeUndefined()
})

test('body without a type: 415 unsupported_media_type + Accept', async () => {
  const request = toRequest('POST /any', { body: '{}' })
  const header = (name: string) => (name === 'content-type' ? undefined : request.header(name))
  const { status, headers } = await api.handle({ ...request, header })
  expect(status).toBe(415)
  expect(headers).toContainEqual(['accept', 'application/json, application/x-www-form-urlencoded'])
})

test.each(['gzip', 'br', 'gzip, identity'])('compressed body, %s: 415 + Accept-Encoding', async (encoding) => {
  const answer = await send(api, 'POST /json', { body: '{}', headers: { 'content-encoding': encoding } })
  expect(answer).toMatchObject({ status: 415, code: 'unsupported_media_type' })
  expect(answer.header('accept-encoding')).toBe('identity')
  expect(answer.header('accept')).toBeUndefined()
})

test.each([['application/json'], ['Application/JSON;charset=UTF-8'], ['application/json; charset="utf-8"']])(
  '%s is read',
  async (type) => {
    expect((await send(api, 'POST /json', { body: '{}', headers: { 'content-type': type } })).status).toBe(200)
  },
)

test('an identity encoding is none', async () => {
  expect((await send(api, 'POST /json', { body: '{}', headers: { 'content-encoding': 'identity' } })).status).toBe(200)
})

test('where no body is read, its type does not matter', async () => {
  expect((await send(api, 'POST /none', { body: 'x', headers: { 'content-type': 'text/plain' } })).status).toBe(200)
  expect((await send(api, 'POST /json')).status).toBe(200)
})
