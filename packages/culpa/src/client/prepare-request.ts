import type { CallInput, CallOptions, ClientState } from './client-options.ts'
import { newIdempotencyKey } from './idempotency-key.ts'
import { requestBody } from './request-body.ts'
import { requestUrl } from './request-url.ts'
import { isIdempotentMethod } from './retry-policy.ts'

/** A request, ready to be sent as often as it takes. */
export interface PreparedRequest {
  readonly method: string
  /** As asked for, without a query: parameters not filled in. */
  readonly path: string
  readonly url: URL
  /** Names in lower case. */
  readonly headers: Readonly<Record<string, string>>
  readonly content: unknown
  readonly repeatable: boolean
  readonly idempotencyKey: string | undefined
  readonly replaySafe: boolean
  /** The media type of the answer when it is what was asked for. */
  readonly wantsJson: boolean
}

/**
 * Makes a request once for all its attempts: the same URL, headers, bytes and key each time.
 * @throws {TypeError} for a path or parameter that names no resource, a header HTTP does not allow, a body JSON cannot write
 */
export function prepareRequest(
  client: ClientState,
  method: string,
  path: string,
  call: CallOptions & CallInput,
): PreparedRequest {
  const headers = headersOf(client, call)
  const { content, isWritten, repeatable } = requestBody(call.body, headers.get('content-type'))
  if (isWritten && !headers.has('content-type')) headers.set('content-type', 'application/json')
  const isUnkeyed = client.unkeyed[`${method} ${path}`] === true
  const idempotencyKey = keyOf(call, headers, !isUnkeyed && client.idempotency === 'auto' && takesKey(method))
  if (idempotencyKey !== undefined) headers.set('idempotency-key', idempotencyKey)
  return {
    method,
    path: path.replace(/[?#].*/, ''),
    url: requestUrl(client.baseUrl, path, call.params, call.query),
    headers: Object.fromEntries(headers),
    content,
    repeatable,
    idempotencyKey,
    replaySafe: (idempotencyKey !== undefined && !isUnkeyed) || isIdempotentMethod(method),
    wantsJson: /json/i.test(headers.get('accept') ?? ''),
  }
}

function headersOf(client: ClientState, call: CallOptions): Headers {
  const headers = new Headers({ accept: 'application/json' })
  // `set`, so that a caller's own header replaces ours whatever its case.
  for (const [name, value] of Object.entries({ ...client.headers, ...call.headers })) headers.set(name, value)
  return headers
}

function keyOf(call: CallOptions, headers: Headers, isAutomatic: boolean): string | undefined {
  const given = call.idempotencyKey ?? headers.get('idempotency-key')
  if (given !== null) return given === false ? undefined : given
  return isAutomatic ? newIdempotencyKey() : undefined
}

function takesKey(method: string): boolean {
  return method === 'POST' || method === 'PATCH'
}
