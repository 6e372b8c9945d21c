import type { CallInput, CallOptions, ClientState } from './client-options.ts'
import { requestUrl } from './request-url.ts'
import { isIdempotentMethod } from './retry-policy.ts'

/** A request, ready to be sent as often as it takes. */
export interface PreparedRequest {
  readonly url: URL
  /** For `fetch`, but for the signal. */
  readonly init: RequestInit & { readonly method: string; readonly duplex: 'half' }
  readonly repeatable: boolean
  readonly idempotencyKey: string | undefined
  readonly replaySafe: boolean
  /** The media type of the answer when it is what was asked for. */
  readonly wantsJson: boolean
}

/** Forms, bytes and streams go out as they are, text too where the caller names its content type; all else as JSON. */
const raw = /Undefined|FormData|Params|Blob|File|Buffer|\wArray|Stream/

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
  const headers = new Headers({ accept: 'application/json' })
  // `set`, so that a caller's own header replaces ours whatever its case.
  for (const [name, value] of Object.entries({ ...client.headers, ...call.headers })) headers.set(name, value)
  const kind = Object.prototype.toString.call(call.body)
  const isRaw = raw.test(kind) || (typeof call.body === 'string' && headers.has('content-type'))
  if (!isRaw && !headers.has('content-type')) headers.set('content-type', 'application/json')
  const isKeyed = !client.unkeyed?.[`${method} ${path}`]
  const isAutomatic = isKeyed && client.idempotency === 'auto' && /^(POST|PATCH)$/.test(method)
  const key =
    call.idempotencyKey ??
    headers.get('idempotency-key') ??
    (isAutomatic && crypto.getRandomValues(Uint32Array.of(0, 0, 0, 0)).join('-'))
  if (key) headers.set('idempotency-key', key)
  // One cast: what is no JSON, `fetch` checks.
  const body = (isRaw ? call.body : JSON.stringify(call.body)) as NonNullable<RequestInit['body']>
  return {
    url: requestUrl(client.baseUrl, path, call.params, call.query),
    init: { method, headers, body, duplex: 'half' },
    repeatable: !kind.includes('Stream'),
    idempotencyKey: key || undefined,
    replaySafe: Boolean(key && isKeyed) || isIdempotentMethod(method),
    wantsJson: /json/i.test(headers.get('accept') ?? ''),
  }
}
