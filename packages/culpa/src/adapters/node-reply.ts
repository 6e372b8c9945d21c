import type { ServerResponse } from 'node:http'
import type { Log } from '../server/log.ts'
import type { HeaderPair, Reply } from '../server/reply.ts'
import { closeLingering, connectionOf } from './node-connection.ts'
import type { NodeRequest } from './node-request.ts'
import { logStreamFailure } from './stream-failure.ts'

/** An unread body up to this long is read and dropped, so that a refusal does not cost the caller its connection. */
const dropBytes = 65_536

/**
 * Writes a reply. A body that the API did not read ends the connection, unless it is short.
 * @throws {TypeError} for a header or status that HTTP does not allow; nothing is written then
 */
export function sendReply(request: NodeRequest, reply: Reply, log: Log): void {
  const { message, response } = request
  const { socket } = message
  const { body } = reply
  if (socket.destroyed) {
    if (body instanceof ReadableStream) body.cancel().catch(ignore)
    return
  }
  const unread = !message.complete && request.hasBody
  const { flat, length, saysClose } = flatten(reply.headers)
  const close = saysClose || request.close || (unread && !canDrop(request))
  if (close) flat.push('connection', 'close')
  response.writeHead(reply.status, flat)
  if (close) {
    connectionOf(socket).closing = true
    // Node calls this after the last answer; its own would reset a peer that is still sending.
    if (unread) socket.destroySoon = () => closeLingering(socket)
  }
  if (body === null) response.end()
  else if (body instanceof ReadableStream) void pump(request, reply, body, log)
  else response.end(body, encodingOf(body, length))
}

interface FlatHeaders {
  /** Name, value, name, value, without `connection`. */
  readonly flat: string[]
  /** The value of `content-length`. */
  readonly length: string | undefined
  readonly saysClose: boolean
}

function flatten(headers: readonly HeaderPair[]): FlatHeaders {
  // As long as it will be: a list that grows is copied a few times.
  const flat = new Array<string>(2 * headers.length)
  let used = 0
  let length: string | undefined
  let saysClose = false
  for (const [name, value] of headers) {
    if (name === 'connection') {
      saysClose ||= /\bclose\b/i.test(value)
      continue
    }
    if (name === 'content-length') length = value
    flat[used++] = name
    flat[used++] = value
  }
  flat.length = used
  return { flat, length, saysClose }
}

/** Text of ASCII alone, which its length tells, is written faster as Latin-1, and is the same. */
function encodingOf(body: Uint8Array | string, length: string | undefined): 'latin1' | 'utf8' {
  return typeof body === 'string' && length === String(body.length) ? 'latin1' : 'utf8'
}

function canDrop(request: NodeRequest): boolean {
  if (request.expectsContinue) return false
  return Number(request.header('content-length') ?? Number.POSITIVE_INFINITY) <= dropBytes
}

async function pump(request: NodeRequest, reply: Reply, body: ReadableStream<Uint8Array>, log: Log): Promise<void> {
  const { response, signal } = request
  const startedMs = performance.now()
  try {
    // Where the reply states a length, a body of another length must not pass for a whole one.
    response.strictContentLength = true
    response.flushHeaders()
    const reader = body.getReader()
    signal.addEventListener('abort', () => reader.cancel(signal.reason).catch(ignore))
    for (;;) {
      const { done, value } = await reader.read()
      if (signal.aborted) return
      if (done) break
      if (!response.write(value)) await drained(response, signal)
    }
    response.end()
  } catch (thrown) {
    if (signal.aborted) return
    cut(request)
    logStreamFailure(log, request, reply, startedMs, thrown)
  }
}

function drained(response: ServerResponse, signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    const go = () => {
      response.off('drain', go)
      signal.removeEventListener('abort', go)
      resolve()
    }
    response.on('drain', go)
    signal.addEventListener('abort', go)
  })
}

/** Breaks off an answer so that nobody takes it for a whole one. */
function cut({ message }: NodeRequest): void {
  // HTTP/1.0 marks the end of a body by closing: only a reset tells a broken one.
  if (message.httpVersionMinor === 0) message.socket.resetAndDestroy()
  else message.socket.destroy()
}

const ignore = () => undefined
