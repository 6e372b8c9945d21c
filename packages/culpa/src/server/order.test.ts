import { expect, test } from 'vitest'
import { z } from 'zod'
import { defineContract } from '../contract/define-contract.ts'
import { type ApiGuards, createApi } from '../create-api.ts'
import { addressLimit } from '../guards/address-limit.ts'
import { idempotency } from '../guards/idempotency.ts'
import { maintenance } from '../guards/maintenance.ts'
import { overload } from '../guards/overload.ts'
import { rateLimits } from '../guards/rate-limits.ts'
import { type SendOptions, send, testKeys } from '../guards/testing.suite.ts'
import { memoryIdempotency, memoryLimits } from '../stores/memory.ts'
import { operationsFor } from './operations-for.ts'

const contract = defineContract({ docs: '/errors' })
const operation = operationsFor(contract)

/** An API in which everything is wrong with a request; each test repairs what stands before the guard it is about. */
async function everythingWrong() {
  const pause = maintenance()
  pause.start()
  let lagMs = 1000
  const { guard, issue } = testKeys()
  const guards: Required<Omit<ApiGuards, 'others'>> = {
    maintenance: pause,
    overload: overload({ delayMs: () => lagMs, retryAfterSeconds: 7 }),
    addressLimit: addressLimit(memoryLimits(), { failures: '1/day' }),
    keys: guard,
    limits: rateLimits(memoryLimits(), { writes: '1/day' }),
    idempotency: idempotency(memoryIdempotency()),
  }
  const write = operation('POST /v1/charges', {
    scopes: ['charges:write'],
    limit: 'writes',
    idempotency: 'required',
    precondition: 'required',
    etag: () => '"v2"',
    maxBodyBytes: 1000,
    query: z.object({ mode: z.enum(['fast']) }),
    body: z.object({ amount: z.number() }),
    errors: ['resource_exists'],
    handler({ errors }) {
      throw errors.resource_exists()
    },
  })
  const api = createApi({ contract, operations: [write], guards, log: () => undefined })
  return {
    api,
    pause,
    reader: await issue({ tenant: 'org_reader' }),
    writer: await issue({ scopes: ['charges:write'] }),
    keepUp: () => {
      lagMs = 0
    },
  }
}

const wrong: SendOptions = {
  headers: { 'content-type': 'text/plain', accept: 'text/html', 'if-match': '"v1"' },
  body: '{"amount":"much"',
}

test('the guards refuse in their order, and each only what those before it let through', async () => {
  const { api, pause, reader, writer, keepUp } = await everythingWrong()
  const seen: string[] = []
  const next = async (target: string, options: SendOptions) => {
    seen.push((await send(api, `POST ${target}`, options)).code as string)
  }
  const headers = (more: Record<string, string>) => ({ ...(wrong.headers as object), ...more })

  await next(`/v1/nothing?q=${'a'.repeat(9000)}`, { ...wrong, headers: headers({ 'content-length': '2000' }) })
  await next('/v1/nothing', { ...wrong, headers: headers({ 'content-length': '2000' }) })
  await next('/v1/nothing', wrong)
  await next('/v1/charges', wrong)
  pause.stop()
  await next('/v1/charges', wrong)
  keepUp()
  await next('/v1/charges', wrong)
  await next('/v1/charges', { ...wrong, key: writer })
  const address = '198.51.100.1'
  await next('/v1/charges', { ...wrong, address, key: reader })
  const sent = { ...wrong, address, key: writer }
  await next('/v1/charges', sent)
  await next('/v1/charges', { ...sent, headers: headers({ 'content-type': 'application/json' }) })
  const typed = { 'content-type': 'application/json', 'if-match': '"v1"' }
  await next('/v1/charges', { ...sent, headers: typed })
  await next('/v1/charges', { ...sent, headers: typed })

  expect(seen).toEqual([
    'target_too_long',
    'body_too_large',
    'route_unknown',
    'maintenance',
    'service_unavailable',
    'api_key_missing',
    'rate_limited',
    'permission_denied',
    'unsupported_media_type',
    'not_acceptable',
    'body_malformed',
    'rate_limited',
  ])
})

test('after the limits: body, path and query, schema, precondition, idempotency key, handler', async () => {
  const { issue, guard } = testKeys()
  const key = await issue()
  const guards = { keys: guard, idempotency: idempotency(memoryIdempotency()) }
  const write = operation('POST /v1/charges', {
    idempotency: 'required',
    precondition: 'required',
    etag: () => '"v2"',
    query: z.object({ mode: z.enum(['fast']) }),
    body: z.object({ amount: z.number() }),
    errors: ['resource_exists'],
    handler({ errors }) {
      throw errors.resource_exists()
    },
  })
  const api = createApi({ contract, operations: [write], guards, log: () => undefined })
  const code = async (target: string, options: SendOptions) =>
    (await send(api, `POST ${target}`, { key, ...options })).code
  const good = { amount: 1 }
  expect(await code('/v1/charges?mode=slow', { body: '{' })).toBe('body_malformed')
  expect(await code('/v1/charges?mode=slow', { body: {} })).toBe('parameter_invalid')
  expect(await code('/v1/charges?mode=fast', { body: {} })).toBe('validation_failed')
  expect(await code('/v1/charges?mode=fast', { body: good })).toBe('precondition_required')
  const stale = { 'if-match': '"v1"' }
  expect(await code('/v1/charges?mode=fast', { body: good, headers: stale })).toBe('precondition_failed')
  const fresh = { 'if-match': '"v2"' }
  expect(await code('/v1/charges?mode=fast', { body: good, headers: fresh })).toBe('idempotency_key_missing')
  expect(await code('/v1/charges?mode=fast', { body: good, headers: fresh, idempotencyKey: 'k' })).toBe(
    'resource_exists',
  )
})

test('a guard of its own declares its codes to every operation it protects, and to no other', () => {
  const { guard } = testKeys()
  const api = createApi({
    contract,
    operations: [
      operation('GET /closed', { handler: () => undefined }),
      operation('GET /open', { open: true, handler: () => undefined }),
    ],
    guards: { keys: guard },
  })
  const [closed, open] = api.plans
  expect(closed?.codes.has('api_key_revoked')).toBe(true)
  expect(open?.codes.has('api_key_revoked')).toBe(false)
})
