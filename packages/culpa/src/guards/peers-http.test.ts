import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { expect, test } from 'vitest'
import { defineContract } from '../contract/define-contract.ts'
import { createApi } from '../create-api.ts'
import { operationsFor } from '../server/operations-for.ts'
import { callUpstream } from '../server/upstream.ts'
import { type SendOptions, send, testKeys } from './testing.suite.ts'

// One test for each mistake found in other implementations; what is in brackets made it.

const contract = defineContract({ docs: '/errors' })
const operation = operationsFor(contract)
const keys = testKeys()
const api = createApi({
  contract,
  operations: [
    operation('GET /charges', { scopes: ['charges:read'], handler: () => [] }),
    operation('GET /broken', {
      open: true,
      handler() {
        throw new Error('connect ECONNREFUSED 10.0.0.5:5432')
      },
    }),
  ],
  guards: { keys: keys.guard },
  cors: { origins: '*' },
  log: () => undefined,
})

const get = (options: SendOptions = {}) => send(api, 'GET /charges', options)

test('every 401 has WWW-Authenticate (Kong #7772)', async () => {
  const expired = await keys.issue({ expiresAt: 1 })
  for (const key of [undefined, 'wrong', expired]) {
    const answer = await get(key === undefined ? {} : { key })
    expect(answer.status).toBe(401)
    expect(answer.header('www-authenticate')).toMatch(/^Bearer realm="/)
  }
})

test.each(['Bearer', 'Bearer ', 'Basic ', 'Basic Og==', ' ', ''])(
  'an empty key, "%s", is 401, not 500',
  async (authorization) => {
    expect((await get({ headers: { authorization } })).code).toBe('api_key_missing')
  },
)

test('a revoked key does not live on for minutes (Unkey #2587)', async () => {
  const { key, stored } = await keys.issueStored({ scopes: ['charges:read'] })
  expect((await get({ key })).status).toBe(200)
  await keys.issuer.revoke(stored.keyId)
  expect((await get({ key })).code).toBe('api_key_revoked')
})

test('a missing permission is 403, not 401 (better-auth)', async () => {
  expect((await get({ key: await keys.issue() })).status).toBe(403)
})

test('a wrong method is 405 with Allow, not 404 (hono #2624, fastify #917)', async () => {
  const answer = await send(api, 'DELETE /charges')
  expect([answer.status, answer.header('allow')]).toEqual([405, 'GET, HEAD, OPTIONS'])
})

test('*/*;q=0 is obeyed (accepts #16)', async () => {
  const key = await keys.issue({ scopes: ['charges:read'] })
  expect((await get({ key, headers: { accept: '*/*;q=0' } })).status).toBe(406)
})

test('a JSON API answers no error in HTML, whatever is asked for (APISIX, Kong #7093)', async () => {
  const headers = { accept: 'text/html' }
  for (const line of ['GET /nothing', 'PUT /charges', 'GET /charges', 'GET /broken'] as const) {
    const answer = await send(api, line, { headers })
    expect(answer.status).toBeGreaterThanOrEqual(400)
    expect(answer.header('content-type')).toBe('application/problem+json')
    expect(answer.json.code).toBe(answer.code)
  }
})

test('a 401 has CORS headers (serverless #3191)', async () => {
  const answer = await get({ headers: { origin: 'https://app.example' } })
  expect([answer.status, answer.header('access-control-allow-origin')]).toEqual([401, '*'])
})

test('a 500 does not tell the host and port of an exception (@fastify/reply-from)', async () => {
  const answer = await send(api, 'GET /broken')
  expect(answer.status).toBe(500)
  expect(`${answer.text} ${JSON.stringify(answer.headers)}`).not.toMatch(/10\.0\.0\.5|5432|ECONNREFUSED/)
})

test("an upstream's Retry-After stays in seconds (@fastify/reply-from)", async () => {
  const server = createServer((_, response) => response.writeHead(503, { 'retry-after': '30' }).end())
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const { port } = server.address() as AddressInfo
  const call = operation('GET /', {
    errors: ['service_unavailable'],
    handler: () => callUpstream(`http://127.0.0.1:${port}/`),
  })
  const answer = await send(createApi({ contract, operations: [call], log: () => undefined }), 'GET /')
  expect([answer.status, answer.header('retry-after')]).toEqual([503, '30'])
  server.closeAllConnections()
  server.close()
})
