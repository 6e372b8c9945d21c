import { expect, test } from 'vitest'
import { refusal } from '../contract/api-error.ts'
import { defineContract } from '../contract/define-contract.ts'
import { createApi } from '../create-api.ts'
import { addressLimit } from '../guards/address-limit.ts'
import { rateLimits } from '../guards/rate-limits.ts'
import { send, testKeys } from '../guards/testing.suite.ts'
import { chargesApi } from '../guards/testing-charges.suite.ts'
import { memoryIdempotency, memoryKeys, memoryLimits } from '../stores/memory.ts'
import type { CompiledGuard, Guard } from './guard.ts'
import { operationsFor } from './operations-for.ts'

const contract = defineContract({ docs: '/errors' })
const operation = operationsFor(contract)

/** As those of some database libraries: no instance of Promise, and nothing happens before somebody waits for it. */
function lazily<Value>(make: () => Value): Promise<Awaited<Value>> {
  const pending = {
    // biome-ignore lint/suspicious/noThenProperty: it stands for a promise
    then: (resolve: (value: Value) => void, reject: (thrown: unknown) => void) =>
      Promise.resolve().then(make).then(resolve, reject),
  }
  // One cast: such libraries declare theirs as promises.
  return pending as Promise<Awaited<Value>>
}

/** The same store, each of whose answers is such a promise. */
function lazyStore<Store extends object>(store: Store): Store {
  const lazy = Object.entries(store).map(([name, ask]) => [
    name,
    typeof ask === 'function' ? (...given: unknown[]) => lazily(() => ask(...given)) : ask,
  ])
  return Object.fromEntries(lazy)
}

async function answerWith(compiled: CompiledGuard) {
  const guard: Guard = { name: 'own', stage: 'overload', codes: () => ['service_unavailable'], compile: () => compiled }
  const api = createApi({
    contract,
    guards: { others: [guard] },
    operations: [operation('GET /it', { handler: () => ({ fine: true }) })],
    log: () => undefined,
  })
  return send(api, 'GET /it')
}

test('a step is waited for, whoever made its promise', async () => {
  expect((await answerWith({ step: () => lazily(() => undefined) })).status).toBe(200)
  expect((await answerWith({ step: () => lazily(() => refusal('service_unavailable')) })).status).toBe(503)
})

test('a store is waited for, whoever made its promises', async () => {
  const keys = testKeys({}, lazyStore(memoryKeys()))
  const guards = {
    addressLimit: addressLimit(lazyStore(memoryLimits()), { failures: '1/min' }),
    limits: rateLimits(lazyStore(memoryLimits()), { writes: '1/min' }),
  }
  const setup = { keys, guards, limit: 'writes', handler: () => 'charged' }
  const { api, charge, runs } = await chargesApi({ mode: 'lease', store: lazyStore(memoryIdempotency()) }, setup)
  expect((await charge()).text).toBe('"charged"')
  expect((await charge()).code).toBe('rate_limited')
  expect(runs()).toBe(1)
  expect((await send(api, 'POST /charges', { key: 'wrong' })).code).toBe('api_key_invalid')
  expect((await send(api, 'POST /charges', { key: 'wrong' })).code).toBe('rate_limited')
})

test('an answer is given once its store has it, whoever made its promises', async () => {
  const { charge, runs } = await chargesApi(
    { mode: 'lease', store: lazyStore(memoryIdempotency()) },
    { handler: () => 'charged' },
  )
  expect((await charge()).text).toBe('"charged"')
  expect((await charge()).header('idempotent-replayed')).toBe('true')
  expect(runs()).toBe(1)
})
