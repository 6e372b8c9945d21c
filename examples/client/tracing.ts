import { context, propagation, type Span, SpanKind, SpanStatusCode, type Tracer, trace } from '@opentelemetry/api'
import type { ApiClientError, Attempt, Hooks, SentAttempt } from 'culpa/client'

/**
 * Hooks that trace a client: a span a call, and below it one an attempt, whose context goes out as `traceparent`. Attempts
 * have the attributes of https://opentelemetry.io/docs/specs/semconv/http/http-spans/; no query is among them.
 * @example
 * createClient({ baseUrl, apiKey, ...traced(trace.getTracer('shop')) })
 */
export function traced(tracer: Tracer): Required<Hooks> {
  /** By the `call` of their events. */
  const calls = new WeakMap<object, Span>()
  const attempts = new WeakMap<object, Span>()

  return {
    onSend({ method, path, call, attempt }) {
      const name = `${method} ${path}`
      const parent = calls.get(call) ?? tracer.startSpan(name)
      const inCall = trace.setSpan(context.active(), parent)
      const attributes = { ...requestAttributes(attempt), 'url.template': path }
      const span = tracer.startSpan(name, { kind: SpanKind.CLIENT, attributes }, inCall)
      calls.set(call, parent)
      attempts.set(call, span)
      const headers: Record<string, string> = {}
      propagation.inject(trace.setSpan(inCall, span), headers)
      return headers
    },
    onAttempt({ call, attempt, error }) {
      const span = attempts.get(call)
      if (attempt.status !== undefined) span?.setAttribute('http.response.status_code', attempt.status)
      if (error !== undefined) fail(span, errorType(attempt, error))
      span?.end()
      if (error === undefined) calls.get(call)?.end()
    },
    onRetry({ call, error, delayMs }) {
      calls.get(call)?.addEvent('retry', { 'error.type': error.code, 'culpa.retry.delay_ms': Math.round(delayMs) })
    },
    onError({ call, error }) {
      const span = calls.get(call)
      span?.setAttribute('culpa.outcome', error.outcome)
      fail(span, error.code)
      span?.end()
    },
  }
}

function requestAttributes({ number, method, url }: SentAttempt) {
  const { protocol, hostname, port } = new URL(url)
  return {
    'http.request.method': method,
    'url.full': url,
    'server.address': hostname,
    'server.port': Number(port || (protocol === 'https:' ? 443 : 80)),
    ...(number > 1 && { 'http.request.resend_count': number - 1 }),
  }
}

/** The status where it says that the attempt failed, else why no usable answer came. */
function errorType({ status = 0 }: Attempt, { code }: ApiClientError): string {
  return status >= 400 ? String(status) : code
}

function fail(span: Span | undefined, type: string): void {
  span?.setAttribute('error.type', type).setStatus({ code: SpanStatusCode.ERROR })
}
