import { expect, test } from 'vitest'
import { defineContract } from '../contract/define-contract.ts'
import { createApi } from '../create-api.ts'
import { apiKeys } from '../guards/api-keys.ts'
import { keyIssuer } from '../guards/key-issuer.ts'
import { send } from '../guards/testing.suite.ts'
import { memoryKeys } from '../stores/memory.ts'
import { type AccessLogOptions, type AccessRecord, accessLog } from './access-log.ts'
import { operationsFor } from './operations-for.ts'

const peppers = { 1: 'the pepper of the access log' }

async function arrange(options?: AccessLogOptions) {
  const records: AccessRecord[] = []
  const keys = memoryKeys()
  const { key, stored } = await keyIssuer(keys, peppers).issue({
    prefix: 'sk',
    environment: 'test',
    tenant: 'org_1',
    scopes: [],
  })
  const contract = defineContract({ name: 'shop', docs: '/errors' })
  const operation = operationsFor(contract)
  const api = createApi({
    contract,
    guards: { keys: apiKeys(keys, { peppers }) },
    log: accessLog((record) => records.push(record), options),
    operations: [
      operation('GET /items/:id', { handler: ({ params }) => params }),
      operation('GET /broken', {
        open: true,
        handler() {
          throw new Error('the disk is full')
        },
      }),
    ],
  })
  return { api, records, key, keyId: stored.keyId }
}

test('a request is one flat record, in the names of ECS and OpenTelemetry', async () => {
  const { api, records, key, keyId } = await arrange()
  const authorization = `Bearer ${key}`
  const traceparent = '00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01'
  const answer = await send(api, 'GET /items/7?secret=hidden', { headers: { authorization, traceparent } })
  expect(records).toEqual([
    {
      '@timestamp': expect.stringMatching(/^\d{4}-\d\d-\d\dT[\d:.]+Z$/),
      'http.request.id': answer.header('request-id'),
      'http.request.method': 'GET',
      'url.path': '/items/7',
      'http.route': '/items/:id',
      'http.response.status_code': 200,
      'http.response.body.bytes': 10,
      'event.duration': expect.any(Number),
      'client.address': expect.any(String),
      'user.id': keyId,
      'organization.id': 'org_1',
      'trace.id': '4bf92f3577b34da6a3ce929d0e0e4736',
      'span.id': expect.stringMatching(/^[\da-f]{16}$/),
      'parent.id': '00f067aa0ba902b7',
      'culpa.contract': 'shop',
      'culpa.environment': 'test',
    },
  ])
  expect(Number.isInteger(records[0]?.['event.duration'])).toBe(true)
  expect(JSON.stringify(records)).not.toMatch(/hidden|secret/)
  expect(JSON.stringify(records)).not.toContain(key)
})

test('a refusal has its code and source; an undeclared failure its cause', async () => {
  const { api, records } = await arrange()
  await send(api, 'GET /items/7')
  await send(api, 'GET /broken')
  await send(api, 'GET /nowhere')
  expect(records).toMatchObject([
    { 'http.route': '/items/:id', 'error.type': 'api_key_missing', 'culpa.source': 'guard', 'culpa.declared': true },
    { 'error.type': 'internal_error', 'culpa.source': 'handler', 'culpa.declared': false },
    { 'url.path': '/nowhere', 'error.type': 'route_unknown', 'http.response.status_code': 404 },
  ])
  expect(records[1]?.['error.stack_trace']).toContain('the disk is full')
  expect(records[2]).not.toHaveProperty(['http.route'])
})

test('a failure without a request says so, and claims no duration', async () => {
  const { api, records } = await arrange()
  const at = Date.UTC(2026, 0, 1)
  const nothing = { requestId: '', contract: '', method: '', path: '', status: 0, durationMs: 0 }
  api.log({ ...nothing, at, code: 'internal_error', source: 'process', declared: false, cause: 'Error: a timer' })
  expect(records).toEqual([
    {
      '@timestamp': '2026-01-01T00:00:00.000Z',
      'error.type': 'internal_error',
      'error.stack_trace': 'Error: a timer',
      'culpa.source': 'process',
      'culpa.declared': false,
      'culpa.late': true,
    },
  ])
})

test('who called can be found elsewhere, or left out', async () => {
  const behindProxy = await arrange({ clientAddress: (request) => request.header('x-real-ip') ?? '' })
  await send(behindProxy.api, 'GET /nowhere', { headers: { 'x-real-ip': '192.0.2.7' } })
  await send(behindProxy.api, 'GET /nowhere')
  expect(behindProxy.records.map((record) => record['client.address'])).toEqual(['192.0.2.7', undefined])
})
