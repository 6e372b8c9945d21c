import { context, propagation, SpanKind, SpanStatusCode, trace } from '@opentelemetry/api'
import { AsyncLocalStorageContextManager } from '@opentelemetry/context-async-hooks'
import { W3CTraceContextPropagator } from '@opentelemetry/core'
import { InMemorySpanExporter, type ReadableSpan, SimpleSpanProcessor, TracerProvider } from '@opentelemetry/sdk-trace'
import { createClient } from 'culpa/client'
import { afterAll, afterEach, beforeAll, expect, test } from 'vitest'
import { traced } from '../../examples/client/tracing.ts'
import type { CaptureApi } from '../../examples/sandbox/systems/capture/index.ts'
import { startCuttingProxy } from '../support/cutting-proxy.ts'
import { type LiveSandbox, openSandbox } from '../support/live-sandbox.ts'

const exporter = new InMemorySpanExporter()
const provider = new TracerProvider({ spanProcessors: [new SimpleSpanProcessor({ exporter })] })
const tracer = provider.getTracer('shop')
let sandbox: LiveSandbox

beforeAll(async () => {
  context.setGlobalContextManager(new AsyncLocalStorageContextManager())
  propagation.setGlobalPropagator(new W3CTraceContextPropagator())
  sandbox = await openSandbox()
})
afterEach(() => exporter.reset())
afterAll(async () => {
  await sandbox?.close()
  await provider.shutdown()
  context.disable()
  propagation.disable()
})

const list = '/capture/v1/prospects'
const charges = '/capture/v1/charges'
const charge = (source: string) => ({ body: { prospect: 'pro_1', amount: 2000, currency: 'usd', source } })

const clientAt = (port = sandbox.port) =>
  createClient<CaptureApi>({
    baseUrl: `http://127.0.0.1:${port}`,
    apiKey: sandbox.system('capture').keys.full!,
    ...traced(tracer),
  })

/** Calls, each with its attempts, in the order they began. */
async function finishedCalls() {
  await provider.forceFlush()
  const spans = exporter.getFinishedSpans()
  const of = (kind: SpanKind) => spans.filter((span) => span.kind === kind)
  return of(SpanKind.INTERNAL).map((call) => {
    const attempts = of(SpanKind.CLIENT).filter((span) => span.parentSpanContext?.spanId === idOf(call))
    return { call, attempts: attempts.sort((one, other) => resent(one) - resent(other)) }
  })
}

const idOf = (span: ReadableSpan) => span.spanContext().spanId
const resent = (span: ReadableSpan) => Number(span.attributes['http.request.resend_count'] ?? 0)

/** The spans that called the sandbox, as its own log has them. */
const callersIn = (traceId: string) =>
  sandbox.events.filter((event) => event.trace?.traceId === traceId).map(({ trace }) => trace?.parentSpanId)

test('a call is a span below the one that is active, its attempt a span below it that the server hears of', async () => {
  const request = tracer.startSpan('GET /shop', { kind: SpanKind.SERVER })
  await context.with(trace.setSpan(context.active(), request), () =>
    clientAt().get(list, { query: { limit: 1, starting_after: 'pro_1' } }),
  )
  const [only] = await finishedCalls()
  expect(only?.call).toMatchObject({ name: `GET ${list}`, status: { code: SpanStatusCode.UNSET }, attributes: {} })
  expect(only?.call.parentSpanContext).toMatchObject(request.spanContext())
  expect(only?.attempts).toHaveLength(1)
  const [attempt] = only?.attempts ?? []
  expect(attempt?.status.code).toBe(SpanStatusCode.UNSET)
  expect(attempt?.attributes).toEqual({
    'http.request.method': 'GET',
    'http.response.status_code': 200,
    'server.address': '127.0.0.1',
    'server.port': sandbox.port,
    'url.full': `${sandbox.url}${list}`,
    'url.template': list,
  })
  expect(callersIn(request.spanContext().traceId)).toEqual([idOf(attempt!)])
})

test('a refusal is the status of its attempt, and its code that of the call', async () => {
  const { ok } = await clientAt().post(charges, charge('tok_chargeDeclined')).safe()
  expect(ok).toBe(false)
  const [declined] = await finishedCalls()
  expect(declined?.attempts.map(({ attributes, status }) => [attributes['error.type'], status.code])).toEqual([
    ['402', SpanStatusCode.ERROR],
  ])
  expect(declined?.attempts[0]?.attributes).toMatchObject({ 'http.response.status_code': 402 })
  expect(declined?.call).toMatchObject({
    attributes: { 'error.type': 'card_declined', 'culpa.outcome': 'rejected' },
    status: { code: SpanStatusCode.ERROR },
  })
})

test('a retry is a span of its own, counted, with a traceparent of its own', async () => {
  const proxy = await startCuttingProxy(sandbox.port, 1)
  await clientAt(proxy.port).post(charges, charge('tok_visa'))
  await proxy.close()
  const [call] = await finishedCalls()
  const [first, second] = call?.attempts ?? []
  expect(first).toMatchObject({
    attributes: { 'error.type': 'connection_lost' },
    status: { code: SpanStatusCode.ERROR },
  })
  expect(first?.attributes).not.toHaveProperty('http.response.status_code')
  expect(first?.attributes).not.toHaveProperty('http.request.resend_count')
  expect(second?.attributes).toMatchObject({ 'http.response.status_code': 200, 'http.request.resend_count': 1 })
  expect(call?.attempts).toHaveLength(2)
  expect(call?.call).toMatchObject({
    status: { code: SpanStatusCode.UNSET },
    events: [{ name: 'retry', attributes: { 'error.type': 'connection_lost' } }],
  })
  // The connection broke after the server had the request: it heard of both.
  expect(callersIn(call!.call.spanContext().traceId)).toEqual([idOf(first!), idOf(second!)])
})

test('attempts of calls that run at once are each below their own', async () => {
  const client = clientAt()
  await Promise.all(
    ['pro_1', 'pro_nobody', 'pro_deleted'].map((id) => client.get(`${list}/:id`, { params: { id } }).safe()),
  )
  const calls = await finishedCalls()
  const seen = calls.map(({ call, attempts }) => [
    call.attributes['error.type'] ?? 'none',
    ...attempts.map(({ attributes }) => String(attributes['url.full']).split('/').at(-1)),
  ])
  expect(seen.sort()).toEqual([
    ['none', 'pro_1'],
    ['resource_gone', 'pro_deleted'],
    ['resource_missing', 'pro_nobody'],
  ])
  expect(new Set(calls.map(({ call }) => call.spanContext().traceId)).size).toBe(3)
})

test('where nothing could be sent, both spans say why', async () => {
  const proxy = await startCuttingProxy(sandbox.port, 0)
  await proxy.close()
  await clientAt(proxy.port).get(list, { maxAttempts: 1 }).safe()
  const [unreachable] = await finishedCalls()
  expect(unreachable?.attempts.map(({ attributes }) => attributes['error.type'])).toEqual(['connection_failed'])
  expect(unreachable?.call.attributes).toEqual({ 'error.type': 'connection_failed', 'culpa.outcome': 'not_sent' })
})

test('no span holds a key, a query or a body', async () => {
  await clientAt().get(list, { query: { starting_after: 'pro_1' } })
  await clientAt().post(charges, charge('tok_chargeDeclinedLostCard')).safe()
  await provider.forceFlush()
  const told = JSON.stringify(
    exporter.getFinishedSpans().map(({ name, attributes, events }) => [name, attributes, events]),
  )
  for (const secret of [sandbox.system('capture').keys.full!, 'starting_after', 'tok_'])
    expect(told).not.toContain(secret)
})
