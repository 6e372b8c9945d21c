import { DatabaseSync } from 'node:sqlite'
import { expect, test } from 'vitest'
import { ContractError } from '../contract/contract-error.ts'
import { defineContract } from '../contract/define-contract.ts'
import { createApi } from '../create-api.ts'
import { addressLimit } from '../guards/address-limit.ts'
import { apiKeys } from '../guards/api-keys.ts'
import { idempotency } from '../guards/idempotency.ts'
import { send, testKeys } from '../guards/testing.suite.ts'
import { convergegate } from '../profiles/convergegate.ts'
import { errorList } from '../profiles/error-list.ts'
import { memoryIdempotency, memoryLimits } from '../stores/memory.ts'
import { migrate, sqliteIdempotency } from '../stores/sqlite.ts'
import { operationsFor } from './operations-for.ts'
import { reply } from './reply.ts'

const contract = defineContract({ docs: '/errors' })
const operation = operationsFor(contract)
const log = () => undefined

test('a violation with a code nobody declared does not leave: 500, opaque', async () => {
  const list = defineContract({ profile: errorList, docs: '/errors' })
  const api = createApi({
    contract: list,
    log,
    operations: [
      operationsFor(list)('GET /', {
        errors: ['validation_failed'],
        handler({ errors }) {
          throw errors.validation_failed({ violations: [{ param: 'a', message: 'x', code: 'made_up' }] })
        },
      }),
    ],
  })
  const answer = await send(api, 'GET /')
  expect([answer.status, answer.code]).toEqual([500, 'internal_error'])
  expect(JSON.stringify(answer.json)).not.toContain('made_up')
})

test('headers of a throw contradict none of the answer: one code, one length, one Retry-After', async () => {
  const theirs = [
    ['Error-Code', 'made_up'],
    ['content-length', '5'],
    ['transfer-encoding', 'chunked'],
    ['request-id', 'req_forged'],
    ['retry-after', '120'],
    ['x-trace', 'kept'],
  ] as const
  const down = operation('GET /down', {
    errors: ['service_unavailable'],
    handler({ errors }) {
      throw errors.service_unavailable({ headers: theirs })
    },
  })
  const fine = operation('GET /fine', { handler: () => reply(200, {}, theirs) })
  const api = createApi({ contract, log, operations: [down, fine] })
  for (const target of ['GET /down', 'GET /fine']) {
    const { headers } = await api.handle({
      method: 'GET',
      target: target.slice(4),
      address: '',
      signal: new AbortController().signal,
      hasBody: false,
      header: () => undefined,
      headerCount: () => 0,
      headers: () => [],
      body: async () => new Uint8Array(0),
    })
    const all = (wanted: string) => headers.filter(([name]) => name === wanted).map(([, value]) => value)
    expect(all('content-length')).toHaveLength(1)
    expect(all('content-length')).not.toContain('5')
    expect(all('transfer-encoding')).toEqual([])
    expect(all('request-id')).toEqual([expect.stringMatching(/^req_(?!forged)/)])
    expect(all('retry-after')).toEqual(['120'])
    expect(all('x-trace')).toEqual(['kept'])
    if (target === 'GET /down') expect(all('error-code')).toEqual(['service_unavailable'])
  }
})

test('one of two writers with the same If-Match gets 412, also when both passed the first look', async () => {
  const database = new DatabaseSync(':memory:')
  migrate(database)
  const store = sqliteIdempotency(database)
  const { guard, issue } = testKeys()
  let version = 1
  let looks = 0
  const write = operationsFor(contract, store)('PUT /thing', {
    idempotency: 'optional',
    precondition: 'required',
    etag() {
      // Somebody else writes right after the first look.
      if (++looks === 2) version++
      return `"${version}"`
    },
    handler: () => ({ version: ++version }),
  })
  const api = createApi({
    contract,
    log,
    guards: { keys: guard, idempotency: idempotency(store) },
    operations: [write],
  })
  const key = await issue()
  const headers = { 'if-match': '"1"' }
  const refused = await send(api, 'PUT /thing', { key, headers })
  expect([refused.status, refused.code]).toEqual([412, 'precondition_failed'])
  expect(version).toBe(2)
  const again = await send(api, 'PUT /thing', { key, headers: { 'if-match': '"2"' } })
  expect(again.status).toBe(200)
})

test('a retry with If-Match hears of its first attempt, not of what that has changed', async () => {
  const { guard, issue } = testKeys()
  let version = 1
  let end = (_: unknown): void => undefined
  const write = operation('PUT /thing', {
    idempotency: 'optional',
    precondition: 'required',
    etag: () => `"${version}"`,
    handler() {
      version++
      return new Promise((resolve) => {
        end = resolve
      })
    },
  })
  const guards = { keys: guard, idempotency: idempotency(memoryIdempotency()) }
  const api = createApi({ contract, log, guards, operations: [write] })
  const key = await issue()
  const headers = { 'if-match': '"1"', 'idempotency-key': 'k' }
  const first = send(api, 'PUT /thing', { key, headers })
  await new Promise((resolve) => setImmediate(resolve))
  expect((await send(api, 'PUT /thing', { key, headers })).code).toBe('idempotency_in_progress')
  end({ done: true })
  expect((await first).json).toEqual({ done: true })
  const replayed = await send(api, 'PUT /thing', { key, headers })
  expect([replayed.status, replayed.header('idempotent-replayed')]).toEqual([200, 'true'])
  const stale = await send(api, 'PUT /thing', { key, headers: { ...headers, 'idempotency-key': 'other' } })
  expect(stale.code).toBe('precondition_failed')
})

test('a key store that never answers is 503, and holds no place of its address', async () => {
  const { guard: _guard, issue } = testKeys()
  const key = await issue()
  const never = { find: () => new Promise<never>(() => undefined), save() {}, list: () => [], touch() {} }
  const peppers = { 1: 'a pepper of the tests' }
  const keys = apiKeys(never, { peppers, lookUpTimeoutMs: 10 })
  const guards = { keys, addressLimit: addressLimit(memoryLimits(), { failures: '1/min' }) }
  const api = createApi({ contract, log, guards, operations: [operation('GET /', { handler: () => ({}) })] })
  for (let count = 0; count < 3; count++) expect((await send(api, 'GET /', { key })).status).toBe(503)
})

test('idle waits for a handler that outlived its answer, and whose caller has gone', async () => {
  const { guard, issue } = testKeys()
  let end = (_: unknown): void => undefined
  const slow = operation('POST /slow', {
    idempotency: 'required',
    timeoutMs: 10,
    handler: () =>
      new Promise((resolve) => {
        end = resolve
      }),
  })
  const guards = { keys: guard, idempotency: idempotency(memoryIdempotency()) }
  const api = createApi({ contract, log, guards, operations: [slow] })
  const key = await issue()
  const headers = { 'idempotency-key': 'k' }
  expect((await send(api, 'POST /slow', { key, headers })).status).toBe(504)
  let isIdle = false
  const idle = api.idle().then(() => {
    isIdle = true
  })
  await new Promise((resolve) => setImmediate(resolve))
  expect(isIdle).toBe(false)
  end({ done: true })
  await idle
  expect((await send(api, 'POST /slow', { key, headers })).json).toEqual({ done: true })
})

test('idempotency without anybody who owns the key is refused at start', () => {
  const open = operation('POST /open', { open: true, idempotency: 'optional', handler: () => ({}) })
  const { guard } = testKeys()
  const guards = { keys: guard, idempotency: idempotency(memoryIdempotency()) }
  expect(() => createApi({ contract, guards, operations: [open] })).toThrow(/strangers would share it. Remedy: /)
})

test('a fold that leads outside the table is a contradiction', () => {
  const { 401: _unauthorized, ...statuses } = convergegate.statuses
  expect(() => defineContract({ profile: convergegate, statuses, docs: '/errors' })).toThrow(ContractError)
  const profile = { ...convergegate, folds: { 412: { to: 299, why: 'no' } } }
  expect(() => defineContract({ profile, docs: '/errors' })).toThrow(/folds\.412: its target 299/)
})

test('a handler that returns what JSON would write as {} is a fault, not an empty success', async () => {
  const values = [new Response('x', { status: 500 }), new Map([['a', 1]]), new Set([1]), new ReadableStream()]
  const api = createApi({ contract, log, operations: [operation('GET /', { handler: () => values.shift() })] })
  for (let count = values.length; count > 0; count--) expect((await send(api, 'GET /')).status).toBe(500)
})

test('an API key in a path is struck out of the log', async () => {
  const key = await testKeys().issue()
  const paths: string[] = []
  const api = createApi({ contract, log: ({ path }) => paths.push(path), operations: [] })
  await send(api, `GET /charges/${key}`)
  await send(api, `GET /charges/${key.replaceAll('_', '%5F')}`)
  expect(paths).toHaveLength(2)
  for (const path of paths) {
    expect(path).toContain('[redacted]')
    expect(path).not.toContain(key.slice(-30))
  }
})

test('an asterisk is a target for OPTIONS alone', async () => {
  const api = createApi({ contract, log, operations: [operation('GET /', { handler: () => ({}) })] })
  expect((await send(api, 'GET *')).code).toBe('request_malformed')
  expect((await send(api, 'OPTIONS *')).status).toBe(204)
})
