import type { CallInput, CallOptions, ClientState } from './client-options.ts'
import { credentialsOf, toHeaders } from './client-state.ts'
import { own } from './contract-facts.ts'
import { kindOf } from './kind-of.ts'
import { type Scrub, scrubber } from './plain.ts'
import { append, requestUrl, withoutQuery } from './request-url.ts'

/** A request, ready to be sent as often as it takes. */
export interface PreparedRequest {
  readonly url: string
  /** Names in lower case. */
  readonly headers: Record<string, string>
  /** The rest for `fetch`, but for the signal. */
  readonly init: RequestInit & { readonly method: string; readonly duplex: 'half' }
  /** False for a streamed body: it cannot be sent again. */
  readonly repeatable: boolean
  /** Went with it, to a server that honours keys. */
  readonly idempotencyKey?: string | false
  /** Sending it twice has the effect of sending it once: by its method, or by its key. */
  readonly replaySafe: boolean
  /** Takes what is secret of it, and of the client, out of a text; with headers of an attempt, theirs too from then on. */
  scrub(text: string, added?: Readonly<Record<string, string>>): string
}

/**
 * Makes a request once for all its attempts: the same URL, headers, bytes and key each time. Forms, bytes and streams go
 * out as they are, a text where the caller names its content type; all else is written as that type says where it is a
 * form's, else as JSON.
 * @throws {TypeError} for a path or parameter that names no resource, a method or header HTTP does not allow, a body JSON
 * cannot write or the method cannot have, an empty idempotency key
 */
export async function prepareRequest(
  client: ClientState,
  method: string,
  path: string,
  { body, params, query, headers: others, idempotencyKey }: CallOptions & CallInput,
): Promise<PreparedRequest> {
  const headers = { ...client.sent, ...(others && toHeaders(others)) }
  const url = requestUrl(client.baseUrl, path, params, query)
  if (!/^(GET|HEAD|OPTIONS|POST|PUT|PATCH|DELETE)$/.test(method)) throw new TypeError(`method: no ${method}`)
  if (body !== undefined && /^(GET|HEAD)$/.test(method)) throw new TypeError(`body: ${method} has none`)
  const isKeyed = !own(client.unkeyed, `${method} ${withoutQuery(path)}`)
  // RFC 9110 §9.2.2; PATCH has no such promise.
  const isIdempotent = method !== 'POST' && method !== 'PATCH'
  const isAutomatic = isKeyed && client.idempotency === 'auto' && !isIdempotent
  const key =
    idempotencyKey ??
    headers[keyHeader] ??
    // 128 random bits; unlike `randomUUID` also where a page was loaded over plain HTTP.
    (isAutomatic && crypto.getRandomValues(Uint32Array.of(0, 0, 0, 0)).join('-'))
  if (key === false) delete headers[keyHeader]
  else if (!Object.assign(headers, toHeaders({ [keyHeader]: key }))[keyHeader])
    throw new TypeError('idempotencyKey: empty')
  const isStream = kindOf(body) === 'ReadableStream' || Symbol.asyncIterator in Object(body)
  const honoured = isKeyed && key
  const shown = [client.sent, headers]
  // Made when there is something to say: a call that succeeds needs none.
  let pattern: Scrub | undefined
  return {
    url,
    headers,
    // One cast: what is a stream, `fetch` checks.
    init: {
      method,
      body: (isStream || body === undefined ? body : await toContent(body, headers)) as NonNullable<
        RequestInit['body']
      >,
      duplex: 'half',
      // Where it leads, a request could be made again, as another one, or shown to another server.
      redirect: 'manual',
    },
    repeatable: !isStream,
    idempotencyKey: honoured,
    replaySafe: isIdempotent || Boolean(honoured),
    scrub(text, added) {
      if (added || !pattern) {
        shown.push(added ?? {})
        const { search, searchParams } = new URL(url)
        const named = [...shown.flatMap(Object.entries), ...searchParams]
        pattern = scrubber([...credentialsOf(named), search, client.apiKey ?? ''])
      }
      return pattern(text)
    },
  }
}

const keyHeader = 'idempotency-key'

/** A body as it goes out each time, its type in the headers. */
async function toContent(body: unknown, headers: Record<string, string>): Promise<unknown> {
  const type = headers['content-type'] ?? ''
  if (typeof body === 'string' && type) return body
  if (/^(FormData|URLSearchParams|Blob|File|ArrayBuffer|DataView|\w+Array)$/.test(kindOf(body))) {
    // Written once: each time, a form would have another boundary, and bytes may change meanwhile.
    const whole = new Response(body as ConstructorParameters<typeof Response>[0])
    const own = whole.headers.get('content-type')
    if (own && !type) headers['content-type'] = own
    return whole.arrayBuffer().catch(() => {
      throw new TypeError('body: cannot be read')
    })
  }
  if (!type) headers['content-type'] = 'application/json'
  const text = /form-url/i.test(type) ? append(new URLSearchParams(), '', body).toString() : JSON.stringify(body)
  if (text === undefined) throw new TypeError('body: no JSON')
  return text
}
