import { expect, test } from 'vitest'
import { z } from 'zod'
import { defineContract } from '../contract/define-contract.ts'
import { createApi } from '../create-api.ts'
import { rateLimits } from '../guards/rate-limits.ts'
import { send, testKeys } from '../guards/testing.suite.ts'
import { memoryLimits } from '../stores/memory.ts'
import type { CorsOptions } from './cors.ts'
import { operationsFor } from './operations-for.ts'

const contract = defineContract({ docs: '/errors' })
const operation = operationsFor(contract)
const origin = 'https://app.example.com'
const exposed = [
  'Request-Id',
  'Error-Code',
  'Link',
  'Retry-After',
  'RateLimit',
  'RateLimit-Policy',
  'WWW-Authenticate',
  'Idempotent-Replayed',
  'ETag',
]

function apiWith(cors: CorsOptions) {
  const { guard, issue } = testKeys()
  const limits = rateLimits(memoryLimits(), { reads: '1/h' })
  const list = operation('GET /v1/charges', { limit: 'reads', handler: () => [] })
  return {
    issue,
    api: createApi({ contract, operations: [list], guards: { keys: guard, limits }, cors, log: () => {} }),
  }
}

test('errors carry the CORS headers a success would have, and expose what a program reads', async () => {
  const { api, issue } = apiWith({ origins: [origin] })
  const key = await issue()
  const headers = { origin }
  const answers = [
    await send(api, 'GET /v1/charges', { key, headers }),
    await send(api, 'GET /v1/charges', { key, headers }),
    await send(api, 'GET /v1/charges', { headers }),
    await send(api, 'GET /v1/nothing', { headers }),
    await send(api, 'PUT /v1/charges', { headers }),
  ]
  expect(answers.map(({ status }) => status)).toEqual([200, 429, 401, 404, 405])
  for (const answer of answers) {
    expect(answer.header('access-control-allow-origin')).toBe(origin)
    expect(answer.header('vary')).toBe('Origin')
    expect(answer.header('access-control-expose-headers')?.split(', ')).toEqual(exposed)
  }
})

test('an origin that is not listed gets no permission, and the answer still varies by it', async () => {
  const { api } = apiWith({ origins: [origin] })
  const answer = await send(api, 'GET /v1/charges', { headers: { origin: 'https://evil.example' } })
  expect(answer.header('access-control-allow-origin')).toBeUndefined()
  expect(answer.header('vary')).toBe('Origin')
})

test('any origin is answered with a star, which does not vary', async () => {
  const { api } = apiWith({ origins: '*' })
  const answer = await send(api, 'GET /v1/charges', { headers: { origin } })
  expect(answer.header('access-control-allow-origin')).toBe('*')
  expect(answer.header('vary')).toBeUndefined()
})

test('a CORS preflight is answered without a key and never charged to a limit', async () => {
  const { api, issue } = apiWith({ origins: [origin], maxAgeSeconds: 60 })
  const headers = { origin, 'access-control-request-method': 'GET' }
  for (let count = 0; count < 5; count++) {
    const answer = await send(api, 'OPTIONS /v1/charges', { headers })
    expect(answer.status).toBe(204)
    expect(answer.header('access-control-allow-methods')).toBe('GET, HEAD, OPTIONS')
    expect(answer.header('access-control-allow-headers')).toContain('Idempotency-Key')
    expect(answer.header('access-control-max-age')).toBe('60')
    expect(answer.header('access-control-allow-origin')).toBe(origin)
    expect(answer.header('ratelimit')).toBeUndefined()
  }
  expect((await send(api, 'GET /v1/charges', { key: await issue() })).status).toBe(200)
})

test('a preflight allows the headers that the guards read', async () => {
  const { api } = apiWith({ origins: '*' })
  const headers = { origin, 'access-control-request-method': 'GET' }
  const allowed = (await send(api, 'OPTIONS /v1/charges', { headers })).header('access-control-allow-headers')
  for (const name of ['Authorization', 'X-Api-Key', 'Content-Type', 'If-Match']) expect(allowed).toContain(name)
})

test('a preflight allows the headers that the operations of the path declare', async () => {
  const traced = operation('GET /traced', { headers: { 'x-trace': z.string() }, handler: () => 1 })
  const api = createApi({ contract, operations: [traced], cors: { origins: '*' } })
  const headers = { origin, 'access-control-request-method': 'GET' }
  const { header } = await send(api, 'OPTIONS /traced', { headers })
  expect(header('access-control-allow-headers')?.split(', ')).toContain('x-trace')
})

test('an OPTIONS that is no preflight is only told what is allowed', async () => {
  const answer = await send(apiWith({ origins: '*' }).api, 'OPTIONS /v1/charges', { headers: { origin } })
  expect([answer.status, answer.header('allow')]).toEqual([204, 'GET, HEAD, OPTIONS'])
  expect(answer.header('access-control-allow-methods')).toBeUndefined()
})

test('an origin with a path is refused when the API is created', () => {
  expect(() => apiWith({ origins: ['https://app.example.com/'] })).toThrow(/cors\.origins.*Remedy: such as/)
})
