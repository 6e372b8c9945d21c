import type { HeaderPair, Reply } from './reply.ts'
import { checkHeader } from './safe-headers.ts'

/**
 * An answer that no adapter could write is a fault as any other, and must be known before the log is told of it.
 * @throws {TypeError} for no reply, a status beyond 200 to 599, a header that HTTP does not allow, a body of another kind
 */
export function checkWritable(reply: Reply, more: readonly HeaderPair[]): void {
  const { status, headers, body, settled } = reply
  if (!Number.isInteger(status) || status < 200 || status > 599) {
    throw new TypeError(`an answer has the status ${status}`)
  }
  if (settled !== headers) for (const [name, value] of headers) checkHeader(name, value)
  for (const [name, value] of more) checkHeader(name, value)
  const isBody =
    body === null || typeof body === 'string' || body instanceof Uint8Array || body instanceof ReadableStream
  if (!isBody) throw new TypeError(`an answer has a ${typeof body} as its body`)
}

/**
 * An answer that will be given many times: its headers are checked once, and nobody can change them from then on.
 * @throws {TypeError} for a header that HTTP does not allow
 */
export function settledReply(reply: Reply): Reply {
  const { headers } = reply
  for (const pair of headers) {
    checkHeader(...pair)
    Object.freeze(pair)
  }
  return { ...reply, settled: Object.freeze(headers) }
}
