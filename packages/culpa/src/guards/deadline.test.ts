import { expect, test } from 'vitest'
import { defineContract } from '../contract/define-contract.ts'
import { createApi } from '../create-api.ts'
import { operationsFor } from '../server/operations-for.ts'
import { memoryLog, send } from './testing.suite.ts'
import { chargesApi, gate, leaseInMemory } from './testing-charges.suite.ts'

const contract = defineContract({ docs: '/errors' })
const operation = operationsFor(contract)

function slowApi(
  handler: (input: { signal: AbortSignal }) => unknown,
  timeouts: { api?: number; operation?: number } = {},
) {
  const { events, log } = memoryLog()
  const { api = 20, operation: own } = timeouts
  const slow = operation('GET /slow', { handler, ...(own !== undefined && { timeoutMs: own }) })
  return { events, api: createApi({ contract, operations: [slow], timeoutMs: api, log }) }
}

/** Lets everything that is ready run. */
const settled = () => new Promise((resolve) => setTimeout(resolve, 5))

test('upstream or handler deadline passed: 504 upstream_timeout', async () => {
  const { api, events } = slowApi(() => new Promise((resolve) => setTimeout(resolve, 500)))
  const answer = await send(api, 'GET /slow')
  expect(answer).toMatchObject({ status: 504, code: 'upstream_timeout' })
  expect(events).toMatchObject([{ status: 504, code: 'upstream_timeout', declared: true, source: 'upstream' }])
})

test('a handler that never settles: 504, and nothing more is heard of it', async () => {
  const { api, events } = slowApi(() => new Promise(() => undefined))
  expect((await send(api, 'GET /slow')).status).toBe(504)
  await settled()
  expect(events).toHaveLength(1)
})

test("an operation's own deadline comes before the API's", async () => {
  const late = () => new Promise((resolve) => setTimeout(resolve, 60, 'done'))
  expect((await send(slowApi(late, { api: 20, operation: 10_000 }).api, 'GET /slow')).status).toBe(200)
  expect((await send(slowApi(late, { api: 10_000, operation: 20 }).api, 'GET /slow')).status).toBe(504)
})

test("the handler's signal aborts at the deadline, whenever it is asked for", async () => {
  const seen: AbortSignal[] = []
  const { api } = slowApi(async (input) => {
    seen.push(input.signal)
    await new Promise((resolve) => setTimeout(resolve, 50))
    seen.push(input.signal)
  })
  await send(api, 'GET /slow')
  expect(seen[0]?.aborted).toBe(true)
  await new Promise((resolve) => setTimeout(resolve, 60))
  expect(seen[1]).toBe(seen[0])
})

test('a handler that only asks for its signal after the deadline finds it aborted', async () => {
  const { promise, resolve } = gate()
  let aborted: boolean | undefined
  const { api } = slowApi(async (input) => {
    await promise
    aborted = input.signal.aborted
  })
  await send(api, 'GET /slow')
  resolve()
  await settled()
  expect(aborted).toBe(true)
})

test('a late throw is logged once, with its cause and request', async () => {
  const { promise, reject } = gate()
  const { api, events } = slowApi(() => promise)
  const answer = await send(api, 'GET /slow')
  reject(new Error('late and lost'))
  await settled()
  expect(events).toHaveLength(2)
  expect(events[0]).not.toHaveProperty('cause')
  expect(events[1]).toMatchObject({
    source: 'handler',
    operation: 'GET /slow',
    requestId: answer.header('request-id'),
    cause: expect.stringContaining('late and lost'),
  })
})

test('a late throw that cannot even be looked at is logged, and harms nobody', async () => {
  const { promise, reject } = gate()
  const { api, events } = slowApi(() => promise)
  await send(api, 'GET /slow')
  reject(
    new Proxy(new Error('x'), {
      get() {
        throw new Error('hands off')
      },
    }),
  )
  await settled()
  expect(events).toHaveLength(2)
})

test('a handler that passes on its own aborted signal is not logged again', async () => {
  const wrapped = ({ signal }: { signal: AbortSignal }) =>
    new Promise((_, reject) => {
      signal.addEventListener('abort', () => reject(new Error('stopped', { cause: signal.reason })))
    })
  const plain = ({ signal }: { signal: AbortSignal }) =>
    new Promise((_, reject) => {
      signal.addEventListener('abort', () => reject(signal.reason))
    })
  for (const handler of [plain, wrapped]) {
    const { api, events } = slowApi(handler)
    expect((await send(api, 'GET /slow')).status).toBe(504)
    await settled()
    expect(events).toHaveLength(1)
  }
})

test('a late answer is not logged, and changes nothing', async () => {
  const { promise, resolve } = gate<string>()
  const { api, events } = slowApi(() => promise)
  await send(api, 'GET /slow')
  resolve('late')
  await settled()
  expect(events).toHaveLength(1)
})

test('what a handler finishes after its deadline is recorded under its idempotency key', async () => {
  const { promise, resolve } = gate<string>()
  const { charge, runs } = await chargesApi(leaseInMemory(), { handler: () => promise, timeoutMs: 20 })
  expect((await charge()).code).toBe('upstream_timeout')
  expect((await charge()).code).toBe('idempotency_in_progress')
  resolve('charged')
  await settled()
  const answer = await charge()
  expect([answer.text, answer.header('idempotent-replayed'), runs()]).toEqual(['"charged"', 'true', 1])
})

test('a late throw under an idempotency key leaves its outcome unknown, and is logged once', async () => {
  const { promise, reject } = gate<string>()
  const { charge, events } = await chargesApi(leaseInMemory(), { handler: () => promise, timeoutMs: 20 })
  await charge()
  reject(new Error('late and lost'))
  await settled()
  expect(events.filter(({ cause }) => cause?.includes('late and lost'))).toHaveLength(1)
  expect((await charge()).code).toBe('idempotency_outcome_unknown')
})

test('an answer in time leaves no timer behind', async () => {
  const { api } = slowApi(async () => 'quick', { api: 100_000 })
  const before = process.getActiveResourcesInfo().filter((name) => name === 'Timeout').length
  for (let count = 0; count < 10; count++) await send(api, 'GET /slow')
  expect(process.getActiveResourcesInfo().filter((name) => name === 'Timeout').length).toBeLessThanOrEqual(before)
})
