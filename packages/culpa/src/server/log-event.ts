import type { Exchange } from './exchange.ts'
import type { LogEvent } from './log.ts'
import { redactPath } from './redact-path.ts'

/** What a log is told of an exchange that was answered with this status; members that would say nothing are left out. */
export function eventOf(contract: string, exchange: Exchange, status: number): LogEvent {
  const { caller, failure, operation, replayed } = exchange
  const trace = exchange.knownTrace()
  const event: Writable<LogEvent> = {
    at: Date.now(),
    requestId: exchange.requestId,
    contract,
    method: exchange.request.method,
    path: redactPath(exchange.path),
    status,
    durationMs: performance.now() - exchange.startedMs,
  }
  if (operation !== undefined) event.operation = operation.id
  if (caller.keyId !== '') {
    const { keyId, tenant, environment } = caller
    event.caller = { keyId, tenant, environment }
  }
  if (replayed) event.replayed = true
  if (trace !== undefined) {
    const { traceId, spanId, parentSpanId } = trace
    event.trace = { traceId, spanId, parentSpanId }
  }
  if (failure !== undefined) {
    const { code, source, declared, cause } = failure
    event.code = code
    event.source = source
    event.declared = declared
    if (cause !== undefined) event.cause = cause
  }
  return event
}

type Writable<Shape> = { -readonly [Member in keyof Shape]: Shape[Member] }
