import { expect, test } from 'vitest'
import { z } from 'zod'
import { defineContract } from '../contract/define-contract.ts'
import { createApi } from '../create-api.ts'
import { operationsFor } from '../server/operations-for.ts'
import { reply } from '../server/reply.ts'
import type { IdempotencyStore } from '../server/stores.ts'
import { memoryIdempotency, memoryLimits } from '../stores/memory.ts'
import { idempotency } from './idempotency.ts'
import { rateLimits } from './rate-limits.ts'
import { manualClock, send, testKeys } from './testing.suite.ts'
import { chargesApi, leaseInMemory } from './testing-charges.suite.ts'

const contract = defineContract({ docs: '/errors' })
const operation = operationsFor(contract)

test('replayed headers: never cookies, dates, limits, CORS or what else belongs to one exchange', async () => {
  const handler = () =>
    reply(200, {}, [
      ['set-cookie', 'a=1'],
      ['Set-Cookie', 'b=2'],
      ['date', 'Mon, 01 Jan 2024 00:00:00 GMT'],
      ['x-internal', 'node-7'],
      ['etag', '"v1"'],
    ])
  const limits = rateLimits(memoryLimits({ now: () => 0 }), { writes: '60/min burst 10' })
  const { charge } = await chargesApi(leaseInMemory(), { handler, limit: 'writes', guards: { limits } })
  const first = await charge({ headers: { origin: 'https://a.example' } })
  expect(first.headers.filter(([name]) => name === 'set-cookie')).toHaveLength(2)
  const again = await charge({ headers: { origin: 'https://b.example' } })
  expect(again.header('idempotent-replayed')).toBe('true')
  for (const name of ['set-cookie', 'date', 'x-internal']) expect(again.header(name)).toBeUndefined()
  expect(again.header('etag')).toBe('"v1"')
  expect(again.header('access-control-allow-origin')).toBe('https://b.example')
  expect([first.header('ratelimit'), again.header('ratelimit')]).toEqual(['"writes";r=9;t=1', '"writes";r=8;t=2'])
  expect(again.header('request-id')).not.toBe(first.header('request-id'))
  expect(again.headers.filter(([name]) => name === 'request-id')).toHaveLength(1)
})

test('replays pass the key guard again', async () => {
  const keys = testKeys()
  const { charge } = await chargesApi(leaseInMemory(), { keys })
  const { key, stored } = await keys.issueStored()
  expect((await charge({ key })).status).toBe(200)
  await keys.issuer.revoke(stored.keyId)
  const answer = await charge({ key })
  expect(answer).toMatchObject({ status: 401, code: 'api_key_revoked' })
  expect(answer.header('idempotent-replayed')).toBeUndefined()
})

test('replays pass the permission guard again', async () => {
  const { charge, keys } = await chargesApi(leaseInMemory(), { scopes: ['charges:write'] })
  const writer = await keys.issue({ scopes: ['charges:write'] })
  expect((await charge({ key: writer })).status).toBe(200)
  expect(await charge({ key: await keys.issue() })).toMatchObject({ status: 403, code: 'permission_denied' })
})

test('limits run before idempotency and are never recorded', async () => {
  const clock = manualClock()
  const limits = rateLimits(memoryLimits({ now: clock.now }), { writes: '1/min' })
  const { charge, runs } = await chargesApi(leaseInMemory(), { limit: 'writes', guards: { limits } })
  await charge({ idempotencyKey: 'other' })
  const refused = await charge()
  expect(refused.status).toBe(429)
  clock.advance(Number(refused.header('retry-after')) * 1000)
  const answer = await charge()
  expect(answer.status).toBe(200)
  expect(answer.header('idempotent-replayed')).toBeUndefined()
  expect(runs()).toBe(2)
})

/** A store that tells which of its methods were used. */
function watched(store: IdempotencyStore = memoryIdempotency()) {
  const used: string[] = []
  const names = Object.keys(store).filter((name) => typeof store[name as keyof IdempotencyStore] === 'function')
  const proxied = Object.fromEntries(
    names.map((name) => [
      name,
      (...given: unknown[]) => {
        used.push(name)
        return (store[name as 'find'] as (...all: unknown[]) => unknown)(...given)
      },
    ]),
  )
  return { used, store: proxied as unknown as IdempotencyStore }
}

async function validated(store: IdempotencyStore, body: z.ZodType, keys = testKeys()) {
  const write = operation('POST /charges', { idempotency: 'required', body, handler: () => 'charged' })
  const guards = { keys: keys.guard, idempotency: idempotency(store) }
  const api = createApi({ contract, operations: [write], guards, log: () => undefined })
  const key = await keys.issue()
  return (sent: unknown) => send(api, 'POST /charges', { key, idempotencyKey: 'k1', body: sent })
}

test('when validation fails, a finished record replays even if the validator changed since', async () => {
  const { store, used } = watched()
  const before = await validated(store, z.object({ amount: z.number() }))
  expect((await before({ amount: 5 })).status).toBe(200)
  const after = await validated(store, z.object({ amount: z.number().min(10) }))
  used.length = 0
  const answer = await after({ amount: 5 })
  expect(answer).toMatchObject({ status: 200, text: '"charged"' })
  expect(answer.header('idempotent-replayed')).toBe('true')
  expect(used).toEqual(['find'])
})

test('when validation fails, the look at the record is read-only, and nothing is recorded', async () => {
  const { store, used } = watched()
  const charge = await validated(store, z.object({ amount: z.number() }))
  expect((await charge({ amount: 'much' })).status).toBe(422)
  expect(used).toEqual(['find'])
  expect((await charge({ amount: 5 })).header('idempotent-replayed')).toBeUndefined()
  expect(await charge({ amount: 'much' })).toMatchObject({ status: 422, code: 'validation_failed' })
})

test('when validation fails and the store cannot be asked, the refusal stands', async () => {
  const find = () => Promise.reject(new Error('lost'))
  const charge = await validated({ ...memoryIdempotency(), find }, z.object({ amount: z.number() }))
  expect((await charge({ amount: 'much' })).code).toBe('validation_failed')
})

test('when a precondition fails because the request itself changed the resource, its record replays', async () => {
  let version = 1
  const keys = testKeys()
  const patch = operation('PATCH /charges', {
    idempotency: 'required',
    precondition: 'required',
    etag: () => `"v${version}"`,
    handler: () => reply(200, { version: ++version }, [['etag', `"v${version}"`]]),
  })
  const guards = { keys: keys.guard, idempotency: idempotency(memoryIdempotency()) }
  const api = createApi({ contract, operations: [patch], guards, log: () => undefined })
  const key = await keys.issue()
  const ask = (idempotencyKey: string) =>
    send(api, 'PATCH /charges', { key, idempotencyKey, headers: { 'if-match': '"v1"' } })
  expect((await ask('k1')).json).toEqual({ version: 2 })
  const again = await ask('k1')
  expect([again.status, again.text, again.header('idempotent-replayed')]).toEqual([200, '{"version":2}', 'true'])
  expect((await ask('k2')).status).toBe(412)
})

test('a replay is logged as one, with the code it repeats', async () => {
  const { charge, events } = await chargesApi(leaseInMemory(), {
    handler({ errors }) {
      throw errors.card_declined()
    },
  })
  await charge()
  await charge()
  expect(events[0]).not.toHaveProperty('replayed')
  expect(events[1]).toMatchObject({ replayed: true, code: 'card_declined', declared: true, status: 402 })
})
