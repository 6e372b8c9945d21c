import type { CallInput, CallOptions, ClientState } from './client-options.ts'
import { append, requestUrl } from './request-url.ts'

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
  readonly idempotencyKey?: string | false
  /** Sending it twice has the effect of sending it once: by its method, or by its key. */
  readonly replaySafe: boolean
  /** The media type of the answer when it is what was asked for. */
  readonly wantsJson: boolean
}

/**
 * Makes a request once for all its attempts: the same URL, headers, bytes and key each time. A text goes out as it is where
 * the caller names its content type; what is not raw is written as that type says where it is a form's, else as JSON.
 * @throws {TypeError} for a path or parameter that names no resource, a header HTTP does not allow, a body JSON cannot write
 */
export function prepareRequest(
  client: ClientState,
  method: string,
  path: string,
  { body, params, query, ...call }: CallOptions & CallInput,
): PreparedRequest {
  const headers: { accept: string; [name: string]: string } = { accept: 'application/json' }
  for (const [name, value] of Object.entries({ ...client.headers, ...call.headers }))
    headers[name.toLowerCase()] = value
  const kind = Object.prototype.toString.call(body)
  const type = headers['content-type'] ?? ''
  // Forms, bytes and streams, and nothing, go out as they are.
  const isRaw =
    /Undefined|FormData|Params|Blob|File|Buffer|\wArray|Stream/.test(kind) || (typeof body === 'string' && type)
  const isForm = /form-url/i.test(type)
  if (!isRaw && !type) headers['content-type'] = 'application/json'
  const isKeyed = !client.unkeyed?.[`${method} ${path}`]
  const isAutomatic = isKeyed && client.idempotency === 'auto' && /^(POST|PATCH)$/.test(method)
  const key =
    call.idempotencyKey ??
    headers['idempotency-key'] ??
    // 128 random bits; unlike `randomUUID` also where a page was loaded over plain HTTP.
    (isAutomatic && crypto.getRandomValues(Uint32Array.of(0, 0, 0, 0)).join('-'))
  if (key) headers['idempotency-key'] = key
  const content = isRaw ? body : isForm ? append(new URLSearchParams(), '', body) : JSON.stringify(body)
  // Throws for one that HTTP does not allow.
  new Headers(headers)
  return {
    url: requestUrl(client.baseUrl, path, params, query),
    headers,
    // One cast: what is raw, `fetch` checks.
    init: { method, body: content as NonNullable<RequestInit['body']>, duplex: 'half' },
    repeatable: !kind.includes('Stream'),
    idempotencyKey: key,
    // RFC 9110 §9.2.2; PATCH has no such promise.
    replaySafe: Boolean(key && isKeyed) || /^(GET|HEAD|OPTIONS|PUT|DELETE)$/.test(method),
    wantsJson: /json/i.test(headers.accept),
  }
}
