/** Where a request stands in a distributed trace (https://www.w3.org/TR/trace-context/). */
export interface Trace {
  /** 32 hex digits. */
  readonly traceId: string
  /** Of this request, 16 hex digits. */
  readonly spanId: string
  /** Of whoever called, where it told. */
  readonly parentSpanId: string | undefined
  readonly sampled: boolean
  /** The headers that hand the trace on to what this request calls. */
  readonly headers: Readonly<Record<'traceparent', string> & Partial<Record<'tracestate', string>>>
}

/** Version, trace, parent, flags; a version to come may add more, after another hyphen. */
const form = /^(?!ff)([\da-f]{2})-((?!0{32})[\da-f]{32})-((?!0{16})[\da-f]{16})-([\da-f]{2})(-.*)?$/

/**
 * Goes on with the trace a caller sent, or begins one where it sent none, or something that is none.
 * @example
 * continueTrace(request.header('traceparent'), request.header('tracestate')).headers.traceparent
 */
export function continueTrace(traceparent: string | undefined, tracestate: string | undefined): Trace {
  const spanId = randomHex(8)
  const [, version, traceId, parentSpanId, flags = '', more] = form.exec(traceparent?.trim() ?? '') ?? []
  if (traceId === undefined || (version === '00' && more !== undefined))
    return traceOf(randomHex(16), spanId, undefined, true)
  return traceOf(traceId, spanId, parentSpanId, (Number.parseInt(flags, 16) & 1) === 1, tracestate)
}

function traceOf(
  traceId: string,
  spanId: string,
  parentSpanId: string | undefined,
  sampled: boolean,
  tracestate?: string,
): Trace {
  const traceparent = `00-${traceId}-${spanId}-${sampled ? '01' : '00'}`
  return {
    traceId,
    spanId,
    parentSpanId,
    sampled,
    headers: { traceparent, ...(tracestate !== undefined && { tracestate }) },
  }
}

function randomHex(bytes: number): string {
  return Array.from(crypto.getRandomValues(new Uint8Array(bytes)), (byte) => byte.toString(16).padStart(2, '0')).join(
    '',
  )
}
