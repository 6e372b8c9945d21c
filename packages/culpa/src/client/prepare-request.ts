import type { CallInput, CallOptions, ClientState } from './client-options.ts'
import { append, requestUrl } from './request-url.ts'
import { isIdempotentMethod } from './retry-policy.ts'

/** A request, ready to be sent as often as it takes. */
export interface PreparedRequest {
  readonly url: URL
  /** Names in lower case. */
  readonly headers: Readonly<Record<string, string>>
  /** The rest for `fetch`, but for the signal. */
  readonly init: RequestInit & { readonly method: string; readonly duplex: 'half' }
  /** False for a streamed body: it cannot be sent again. */
  readonly repeatable: boolean
  /** Went with it, to a server that honours keys. */
  readonly idempotencyKey: string | undefined
  /** Sending it twice has the effect of sending it once: by its method, or by its key. */
  readonly replaySafe: boolean
  /** The media type of the answer when it is what was asked for. */
  readonly wantsJson: boolean
}

/** Forms, bytes and streams, as `Object.prototype.toString` calls them, and nothing: they go out as they are. */
const raw = /Undefined|FormData|Params|Blob|File|Buffer|\wArray|Stream/

/**
 * Makes a request once for all its attempts: the same URL, headers, bytes and key each time. A text goes out as it is where
 * the caller names its content type; what is not raw is written as that type says where it is a form's, else as JSON.
 * @throws {TypeError} for a path or parameter that names no resource, a header HTTP does not allow, a body JSON
 * cannot write or the method cannot have, an empty idempotency key
 */
export function prepareRequest(
  client: ClientState,
  method: string,
  path: string,
  { body, params, query, ...call }: CallOptions & CallInput,
): PreparedRequest {
  const headers = new Headers({ accept: 'application/json' })
  // `set`, so that a caller's own header replaces ours whatever its case.
  for (const [name, value] of Object.entries({ ...client.headers, ...call.headers })) headers.set(name, value)
  const kind = Object.prototype.toString.call(body)
  const type = headers.get('content-type') ?? ''
  const isRaw = raw.test(kind) || (typeof body === 'string' && type)
  const isForm = /form-url/i.test(type)
  if (!isRaw && !type) headers.set('content-type', 'application/json')
  if (body !== undefined && /^(GET|HEAD)$/.test(method)) throw new TypeError(`body: ${method} has none`)
  const isKeyed = !client.unkeyed?.[`${method} ${path}`]
  const isAutomatic = isKeyed && client.idempotency === 'auto' && /^(POST|PATCH)$/.test(method)
  const key =
    call.idempotencyKey ??
    headers.get('idempotency-key') ??
    // 128 random bits; unlike `randomUUID` also where a page was loaded over plain HTTP.
    (isAutomatic && crypto.getRandomValues(Uint32Array.of(0, 0, 0, 0)).join('-'))
  if (key === '') throw new TypeError('idempotencyKey: empty')
  if (key) headers.set('idempotency-key', key)
  else headers.delete('idempotency-key')
  const content = isRaw ? body : isForm ? append(new URLSearchParams(), '', body) : JSON.stringify(body)
  return {
    url: requestUrl(client.baseUrl, path, params, query),
    headers: Object.fromEntries(headers),
    // One cast: what is raw, `fetch` checks.
    init: { method, body: content as NonNullable<RequestInit['body']>, duplex: 'half' },
    repeatable: !kind.includes('Stream'),
    idempotencyKey: (isKeyed && key) || undefined,
    replaySafe: Boolean(isKeyed && key) || isIdempotentMethod(method),
    wantsJson: /json/i.test(headers.get('accept') ?? ''),
  }
}
