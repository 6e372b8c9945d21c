import { expect, test } from 'vitest'
import { defineContract } from '../contract/define-contract.ts'
import { createApi } from '../create-api.ts'
import { send } from '../guards/testing.suite.ts'
import type { LogEvent, Traffic } from './log.ts'
import { operationsFor } from './operations-for.ts'
import { created } from './reply.ts'

const traceId = '4bf92f3577b34da6a3ce929d0e0e4736'
const traceparent = `00-${traceId}-00f067aa0ba902b7-01`

function arrange() {
  const logged: { readonly event: LogEvent; readonly traffic: Traffic | undefined }[] = []
  const contract = defineContract({ docs: '/errors' })
  const operation = operationsFor(contract)
  const api = createApi({
    contract,
    operations: [
      operation('POST /echo', { body: anything, handler: ({ body }) => created({ echoed: body }) }),
      operation('GET /calls', { handler: ({ trace }) => trace.headers }),
      operation('GET /quiet', { handler: () => ({}) }),
    ],
    log: (event, traffic) => void logged.push({ event, traffic }),
  })
  return { api, logged }
}

const anything = {
  '~standard': { version: 1, vendor: 'test', validate: (value: unknown) => ({ value }) },
} as const

test('a log gets the messages themselves', async () => {
  const { api, logged } = arrange()
  const answer = await send(api, 'POST /echo?q=1', { body: { a: 1 }, headers: { 'x-one': '1' } })
  const { request, requestBody, reply } = logged[0]!.traffic!
  expect([request.method, request.target]).toEqual(['POST', '/echo?q=1'])
  expect([...request.headers()]).toContainEqual(['x-one', '1'])
  expect(new TextDecoder().decode(requestBody)).toBe('{"a":1}')
  expect(reply.status).toBe(201)
  expect(reply.body).toBe(answer.text)
  expect(reply.headers).toContainEqual(['request-id', answer.header('request-id')])
})

test('the trace of the caller goes on in the handler and in the log', async () => {
  const { api, logged } = arrange()
  const { json } = await send(api, 'GET /calls', { headers: { traceparent, tracestate: 'vendor=1' } })
  const { trace } = logged[0]!.event
  expect(trace).toMatchObject({ traceId, parentSpanId: '00f067aa0ba902b7' })
  expect(json).toEqual({ traceparent: `00-${traceId}-${trace?.spanId}-01`, tracestate: 'vendor=1' })
})

test('without one a trace begins where a handler asks for it, and nowhere else', async () => {
  const { api, logged } = arrange()
  const { json } = await send(api, 'GET /calls')
  await send(api, 'GET /quiet')
  expect(json.traceparent).toMatch(/^00-[\da-f]{32}-[\da-f]{16}-01$/)
  expect(logged.map(({ event }) => event.trace?.traceId)).toEqual([json.traceparent.slice(3, 35), undefined])
})

test('a log that is added later is told as well, whatever the others do, until it is taken away', async () => {
  const { api, logged } = arrange()
  const added: string[] = []
  const stopBroken = api.watch(() => {
    throw new Error('a broken log')
  })
  const stop = api.watch(({ path }) => void added.push(path))
  expect((await send(api, 'GET /quiet')).status).toBe(200)
  stopBroken()
  stop()
  await send(api, 'GET /quiet')
  expect([added, logged.length]).toEqual([['/quiet'], 2])
})
