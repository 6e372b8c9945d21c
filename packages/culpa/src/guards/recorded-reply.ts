import type { HeaderPair, Reply } from '../server/reply.ts'
import type { RecordedReply } from '../server/stores.ts'

/** Headers that a replay repeats. Cookies, dates, limits and CORS belong to the exchange, not to the result. */
const replayed = new Set([
  'content-type',
  'location',
  'etag',
  'link',
  'content-language',
  'error-code',
  'cache-control',
  'x-content-type-options',
  'www-authenticate',
  'allow',
])

const marker: HeaderPair = ['idempotent-replayed', 'true']
const nothing = new Uint8Array(0)

/** The part of an answer that is kept for replays; a stream is read to its end first. */
export function toRecord(reply: Reply): RecordedReply | Promise<RecordedReply> {
  const { status, body } = reply
  const headers = reply.headers.filter(isReplayed)
  if (body instanceof ReadableStream) {
    return new Response(body).arrayBuffer().then((bytes) => ({ status, headers, body: new Uint8Array(bytes) }))
  }
  // A buffer comes from Node's pool, where an encoder would have each one's memory allocated and freed.
  return { status, headers, body: typeof body === 'string' ? Buffer.from(body) : (body ?? nothing) }
}

function isReplayed([name]: HeaderPair): boolean {
  return replayed.has(name)
}

/** The answer to the first request of a key: its own headers, and the bytes as they were recorded. */
export function firstReply(reply: Reply, record: RecordedReply): Reply {
  return reply.body instanceof ReadableStream ? { ...reply, body: record.body } : reply
}

/** The answer to a retry: the same status, headers and bytes, marked. */
export function replayReply({ status, headers, body }: RecordedReply): Reply {
  const none = status === 204 || status === 304
  return { status, headers: [...headers, marker], body: none ? null : body }
}
