import type { Handling } from '../server/mount.ts'
import { type ApiError, refusal } from '../server/refusal.ts'
import type { Reply } from '../server/reply.ts'
import type { ApiRequest } from '../server/request.ts'
import { logStreamFailure } from './stream-failure.ts'

export interface FetchInfo {
  /** Address of the peer, where the platform tells it. */
  readonly address?: string
}

/**
 * Serves an API where requests and answers are those of the Fetch standard: Bun, Deno, Workers. Never rejects.
 * @example
 * Bun.serve({ fetch: toFetch(api) })
 */
export function toFetch(api: Handling): (request: Request, info?: FetchInfo) => Promise<Response> {
  return async (request, info = {}) => {
    const asked = toApiRequest(request, info.address ?? '')
    try {
      return toResponse(api, asked, await api.handle(asked))
    } catch (cause) {
      return toResponse(api, asked, api.refuse(asked, refusal('internal_error', { cause })))
    }
  }
}

function toApiRequest(request: Request, address: string): ApiRequest {
  const { headers, method, signal } = request
  return {
    method,
    target: targetOf(request.url),
    address,
    signal,
    hasBody: request.body !== null && Number(headers.get('content-length') ?? 1) !== 0,
    header: (name) => headers.get(name) ?? undefined,
    headerCount: (name) => countOf(name, headers.get(name)),
    headers: () => headers,
    body: (limitBytes) => readBody(request, limitBytes),
  }
}

/**
 * How often a header came. The platform joins several by a comma and a blank, which no key has in it; a credential of
 * another scheme than Basic and Bearer may.
 */
function countOf(name: string, value: string | null): number {
  if (value === null) return 0
  if (name === 'x-api-key' || name === 'idempotency-key') return value.split(', ').length
  if (name !== 'authorization') return 1
  const [, ...more] = value.split(', ')
  return 1 + more.filter((part) => /^(?:basic|bearer)(?: |$)/i.test(part)).length
}

/** Path and query, every character as the platform gives it. */
function targetOf(url: string): string {
  const start = url.indexOf('/', url.indexOf('//') + 2)
  const hash = url.indexOf('#')
  const end = hash === -1 ? url.length : hash
  return start === -1 || start >= end ? '/' : url.slice(start, end)
}

async function readBody(request: Request, limitBytes: number): Promise<Uint8Array> {
  if (Number(request.headers.get('content-length') ?? 0) > limitBytes) throw tooLarge()
  const chunks: Uint8Array[] = []
  let size = 0
  const reader = request.body?.getReader()
  while (reader !== undefined) {
    const { done, value } = await reader.read().catch(malformed)
    if (done) break
    size += value.byteLength
    if (size > limitBytes) {
      reader.cancel().catch(ignore)
      throw tooLarge()
    }
    chunks.push(value)
  }
  return concat(chunks, size)
}

function concat(chunks: readonly Uint8Array[], size: number): Uint8Array {
  if (chunks.length === 1) return chunks[0] as Uint8Array
  const whole = new Uint8Array(size)
  let place = 0
  for (const chunk of chunks) {
    whole.set(chunk, place)
    place += chunk.byteLength
  }
  return whole
}

function tooLarge(): ApiError {
  return refusal('body_too_large', { headers: [['connection', 'close']] })
}

function malformed(cause: unknown): never {
  throw refusal('request_malformed', { cause })
}

/** The statuses that the Fetch standard gives no body. */
const bodiless: ReadonlySet<number> = new Set([204, 205, 304])

/** @throws {RangeError} for a status the Fetch standard does not know */
function toResponse(api: Handling, request: ApiRequest, reply: Reply): Response {
  const { status, body } = reply
  const headers = new Headers()
  // The connection is the platform's.
  for (const [name, value] of reply.headers) if (name !== 'connection') headers.append(name, value)
  if (body === null || bodiless.has(status)) return new Response(null, { status, headers })
  // One cast: the types know bytes of an ArrayBuffer only, the standard takes any.
  const content =
    body instanceof ReadableStream
      ? watched(api, request, reply, body)
      : (body as ConstructorParameters<typeof Response>[0])
  return new Response(content, { status, headers })
}

/** The same stream, its texts encoded, whose failure the log is told of. */
function watched(api: Handling, request: ApiRequest, reply: Reply, body: ReadableStream<Uint8Array>) {
  const startedMs = performance.now()
  const reader = body.getReader()
  return new ReadableStream<Uint8Array>({
    async pull(controller) {
      try {
        const { done, value } = await reader.read()
        if (done) controller.close()
        else controller.enqueue(toBytes(value))
      } catch (thrown) {
        logStreamFailure(api.log, request, reply, startedMs, thrown)
        controller.error(thrown)
      }
    },
    cancel: (reason) => reader.cancel(reason),
  })
}

const encoder = new TextEncoder()

/** The types promise bytes; a stream made of something else promises nothing. */
function toBytes(chunk: unknown): Uint8Array {
  if (chunk instanceof Uint8Array) return chunk
  if (typeof chunk === 'string') return encoder.encode(chunk)
  throw new TypeError(`a stream gave ${chunk === null ? 'null' : typeof chunk}. Remedy: have it give bytes or text.`)
}

const ignore = () => undefined
