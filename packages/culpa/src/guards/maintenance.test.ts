import { expect, test } from 'vitest'
import { z } from 'zod'
import { defineContract } from '../contract/define-contract.ts'
import { createApi } from '../create-api.ts'
import { operationsFor } from '../server/operations-for.ts'
import { maintenance } from './maintenance.ts'
import { overload } from './overload.ts'
import { send } from './testing.suite.ts'
import { gate } from './testing-charges.suite.ts'

const contract = defineContract({ docs: '/errors' })
const operation = operationsFor(contract)

test('maintenance: 503 maintenance + Retry-After, until it is over', async () => {
  const pause = maintenance()
  const read = operation('GET /', { handler: () => 'ok' })
  const api = createApi({ contract, operations: [read], guards: { maintenance: pause }, log: () => undefined })
  expect((await send(api, 'GET /')).status).toBe(200)
  pause.start(120)
  expect(pause.active).toBe(true)
  const answer = await send(api, 'GET /')
  expect(answer).toMatchObject({ status: 503, code: 'maintenance' })
  expect(answer.header('retry-after')).toBe('120')
  expect((await send(api, 'HEAD /')).status).toBe(503)
  expect((await send(api, 'OPTIONS /')).status).toBe(204)
  pause.start()
  expect((await send(api, 'GET /')).header('retry-after')).toBe('60')
  pause.stop()
  expect(pause.active).toBe(false)
  expect((await send(api, 'GET /')).status).toBe(200)
})

test.each([0, -1, 1.5, Number.NaN, Number.POSITIVE_INFINITY])(
  'maintenance for %d seconds is refused with its remedy',
  (seconds) => {
    expect(() => maintenance().start(seconds)).toThrow(/Remedy: a whole number/)
  },
)

test('overloaded, event-loop delay: 503 service_unavailable + Retry-After before anything is read', async () => {
  let lagMs = 200
  const guards = { overload: overload({ delayMs: () => lagMs, maxDelayMs: 200, retryAfterSeconds: 3 }) }
  const api = createApi({
    contract,
    operations: [operation('GET /', { handler: () => 'ok' })],
    guards,
    log: () => undefined,
  })
  expect((await send(api, 'GET /')).status).toBe(200)
  lagMs = 201
  const answer = await send(api, 'GET /')
  expect(answer).toMatchObject({ status: 503, code: 'service_unavailable' })
  expect(answer.header('retry-after')).toBe('3')
})

test('overloaded, queue: 503 service_unavailable above so many in flight, and again served when one is done', async () => {
  const gates = [gate<string>(), gate<string>()]
  let next = 0
  const work = operation('GET /', { handler: () => gates[next++]?.promise ?? 'ok' })
  const failing = operation('GET /fails', {
    async handler() {
      throw new Error('bug')
    },
  })
  const broken = operation('GET /broken', {
    handler() {
      throw new Error('bug')
    },
  })
  const guards = { overload: overload({ maxInFlight: 2 }) }
  const api = createApi({ contract, operations: [work, failing, broken], guards, log: () => undefined })
  for (const path of ['/fails', '/broken', '/fails', '/broken'] as const) {
    expect((await send(api, `GET ${path}`)).status).toBe(500)
  }
  const inFlight = [send(api, 'GET /'), send(api, 'GET /')]
  expect(await send(api, 'GET /')).toMatchObject({ status: 503, code: 'service_unavailable' })
  gates[0]!.resolve('done')
  await inFlight[0]
  expect((await send(api, 'GET /')).status).toBe(200)
  gates[1]!.resolve('done')
  await inFlight[1]
})

test('a handler that never settles gives its place back with its 504', async () => {
  const stuck = operation('GET /', { timeoutMs: 10, handler: () => new Promise(() => undefined) })
  const guards = { overload: overload({ maxInFlight: 1 }) }
  const api = createApi({ contract, operations: [stuck], guards, log: () => undefined })
  expect((await send(api, 'GET /')).status).toBe(504)
  expect((await send(api, 'GET /')).status).toBe(504)
})

test('a request whose body is still on its way is in flight', async () => {
  const guards = { overload: overload({ maxInFlight: 1 }) }
  const write = operation('POST /', { body: z.object({}), handler: () => ({}) })
  const api = createApi({ contract, operations: [write], guards, log: () => undefined })
  let arrive = (_bytes: Uint8Array): void => undefined
  const body = new Promise<Uint8Array>((resolve) => {
    arrive = resolve
  })
  const request = {
    method: 'POST',
    target: '/',
    address: '127.0.0.1',
    signal: new AbortController().signal,
    hasBody: true,
    header: (name: string) => (name === 'content-type' ? 'application/json' : undefined),
    headerCount: (name: string) => (name === 'content-type' ? 1 : 0),
    headers: () => [],
    body: () => body,
  }
  const first = api.handle(request)
  expect((await api.handle(request)).status).toBe(503)
  arrive(new TextEncoder().encode('{}'))
  expect((await first).status).toBe(200)
  expect((await api.handle(request)).status).toBe(200)
})
