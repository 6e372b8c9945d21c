import type { Log, LogEvent, Traffic } from './log.ts'
import type { ApiRequest } from './request.ts'
import { utf8Length } from './utf8-length.ts'

/**
 * A request in the names of the Elastic Common Schema, and of OpenTelemetry where that has none (`http.route`). What is
 * not known is absent. Holds no query, no header and no body.
 */
export interface AccessRecord {
  /** When the answer was made, RFC 3339. */
  readonly '@timestamp': string
  readonly 'http.request.id'?: string
  readonly 'http.request.method'?: string
  readonly 'url.path'?: string
  /** Template of the route, such as `/v1/charges/:id`. */
  readonly 'http.route'?: string
  readonly 'http.response.status_code'?: number
  /** Absent for a stream. */
  readonly 'http.response.body.bytes'?: number
  /** Nanoseconds from the request's arrival to its answer. */
  readonly 'event.duration'?: number
  readonly 'client.address'?: string
  /** Id of the key: the key itself is nowhere. */
  readonly 'user.id'?: string
  /** The tenant. */
  readonly 'organization.id'?: string
  /** The code. */
  readonly 'error.type'?: string
  /** What was thrown, credentials struck out. */
  readonly 'error.stack_trace'?: string
  readonly 'trace.id'?: string
  readonly 'span.id'?: string
  /** Span of whoever called. */
  readonly 'parent.id'?: string
  readonly 'culpa.contract'?: string
  /** Such as `live` or `test`, of the key. */
  readonly 'culpa.environment'?: string
  readonly 'culpa.source'?: LogEvent['source']
  readonly 'culpa.declared'?: boolean
  readonly 'culpa.replayed'?: true
  /** True for a failure without a request of its own: after the answer, or outside any. */
  readonly 'culpa.late'?: true
}

export interface AccessLogOptions {
  /**
   * Who called, where a proxy stands before the API. Default: the peer of the connection. An empty text is left out, for
   * those who may not keep addresses.
   */
  readonly clientAddress?: (request: ApiRequest) => string
}

/**
 * Makes a log that hands each event on as one flat record, ready to be a line of JSON.
 * @example
 * createApi({ contract, operations, log: accessLog((record) => console.log(JSON.stringify(record))) })
 */
export function accessLog(write: (record: AccessRecord) => void, options: AccessLogOptions = {}): Log {
  const { clientAddress = ({ address }) => address } = options
  return (event, traffic) => {
    const record: Record<string, unknown> = {
      '@timestamp': new Date(event.at).toISOString(),
      'http.request.id': event.requestId,
      'http.request.method': event.method,
      'url.path': event.path,
      'http.route': routeOf(event),
      'http.response.status_code': event.status,
      ...(traffic !== undefined && {
        'http.response.body.bytes': sizeOf(traffic),
        'event.duration': Math.round(event.durationMs * 1e6),
        'client.address': clientAddress(traffic.request),
      }),
      'user.id': event.caller?.keyId,
      'organization.id': event.caller?.tenant,
      'error.type': event.code,
      'error.stack_trace': event.cause,
      'trace.id': event.trace?.traceId,
      'span.id': event.trace?.spanId,
      'parent.id': event.trace?.parentSpanId,
      'culpa.contract': event.contract,
      'culpa.environment': event.caller?.environment,
      'culpa.source': event.source,
      'culpa.declared': event.declared,
      'culpa.replayed': event.replayed,
      'culpa.late': traffic === undefined ? true : undefined,
    }
    for (const name of Object.keys(record)) if (isUnknown(record[name])) delete record[name]
    // One cast: the names above are those of the interface, and what is absent was taken out.
    write(record as unknown as AccessRecord)
  }
}

/** Template of the path of an operation, without its method. */
export function routeOf({ operation }: LogEvent): string | undefined {
  return operation?.slice(operation.indexOf(' ') + 1)
}

/** An event outside any request has an empty path, and status 0. */
function isUnknown(value: unknown): boolean {
  return value === undefined || value === '' || value === 0
}

function sizeOf({ reply: { body } }: Traffic): number | undefined {
  if (typeof body === 'string') return utf8Length(body)
  return body instanceof Uint8Array ? body.byteLength : undefined
}
