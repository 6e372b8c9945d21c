import { METHODS, STATUS_CODES } from 'node:http'
import type { Socket } from 'node:net'
import type { Handling } from '../server/mount.ts'
import { type ApiError, refusal } from '../server/refusal.ts'
import type { Reply } from '../server/reply.ts'
import type { MaybePromise } from '../server/stores.ts'
import { closeLingering, connectionOf } from './node-connection.ts'
import { readHead, stubRequest } from './node-raw-request.ts'

/** What Node's `clientError` event tells. */
export interface ClientError extends Error {
  readonly code?: string
  readonly reason?: string
  /** Where in {@link rawPacket} the parser stopped. */
  readonly bytesParsed?: number
  /** What was read last: not always the start of the request. */
  readonly rawPacket?: Buffer
}

/** How long a socket that Node has let go of may be without progress. */
const idleMs = 10_000

/** Answers what Node's parser rejects, and what comes too slowly, in the contract's own words. */
export function answerClientError(api: Handling, error: ClientError, socket: Socket): void {
  const connection = connectionOf(socket)
  if (connection.closing) return
  if (!socket.writable) {
    socket.destroy()
    return
  }
  connection.closing = true
  const { last } = connection
  if (last !== undefined && !last.message.complete) {
    last.fail(toRefusal(error))
    connection.afterAnswers(() => closeLingering(socket))
  } else if (error.code === 'ERR_HTTP_REQUEST_TIMEOUT' && socket.bytesRead === 0) {
    socket.destroy()
  } else {
    connection.afterAnswers(() => void answerBytes(socket, () => replyTo(api, error, socket)))
  }
}

/** Answers `CONNECT`: Node hands over the bare socket, for the connection could become a tunnel. */
export function answerConnect(api: Handling, target: string, socket: Socket): void {
  const connection = connectionOf(socket)
  if (connection.closing) return
  connection.closing = true
  // Node has let go of the socket, its timeouts included.
  socket.setTimeout(idleMs, () => socket.destroy())
  const request = stubRequest({ method: 'CONNECT', target, headers: new Map() }, socket)
  connection.afterAnswers(() => {
    void answerBytes(socket, () => {
      if (target.startsWith('/')) return api.handle(request)
      // A host to tunnel to is a resource without any method (RFC 9110 §10.2.1).
      return api.refuse(request, refusal('method_not_allowed', { headers: [['allow', '']] }))
    })
  })
}

function replyTo(api: Handling, error: ClientError, socket: Socket): MaybePromise<Reply> {
  const head = readHead(error)
  const request = stubRequest(head, socket)
  // A method that Node knows came here for another fault, and must not reach a handler.
  if (isUnknownMethod(error) && head.whole && !parsedMethods.has(head.method)) return api.handle(request)
  return api.refuse(request, toRefusal(error))
}

const parsedMethods: ReadonlySet<string> = new Set(METHODS)

function isUnknownMethod({ code, reason }: ClientError): boolean {
  return (
    code === 'HPE_INVALID_METHOD' || (code === 'HPE_INVALID_CONSTANT' && reason?.startsWith('Invalid method') === true)
  )
}

function toRefusal(error: ClientError): ApiError {
  switch (error.code) {
    case 'ERR_HTTP_REQUEST_TIMEOUT':
      return refusal('request_timeout')
    case 'HPE_HEADER_OVERFLOW':
      return refusal(isInRequestLine(error) ? 'target_too_long' : 'headers_too_large')
    case 'HPE_CHUNK_EXTENSIONS_OVERFLOW':
      return refusal('body_too_large')
    default:
      return refusal('request_malformed')
  }
}

/** Known only while the packet holds the start of the request; else it is taken for a header. */
function isInRequestLine({ rawPacket, bytesParsed = 0 }: ClientError): boolean {
  const text = rawPacket?.subarray(0, bytesParsed).toString('latin1') ?? ''
  return /^[A-Z-]+ \S*$/.test(text.slice(text.lastIndexOf('\n') + 1))
}

/** Writes an answer to a socket that Node's parser has given up. */
async function answerBytes(socket: Socket, make: () => MaybePromise<Reply>): Promise<void> {
  try {
    const bytes = toBytes(await make())
    if (socket.writable) closeLingering(socket, bytes)
    else socket.destroy()
  } catch {
    socket.destroy()
  }
}

function toBytes({ status, headers, body }: Reply): Buffer {
  const lines = [`HTTP/1.1 ${status} ${STATUS_CODES[status] ?? ''}`]
  for (const [name, value] of headers) if (name !== 'connection') lines.push(`${name}: ${value}`)
  lines.push(`date: ${new Date().toUTCString()}`, 'connection: close', '\r\n')
  const content = typeof body === 'string' || body instanceof Uint8Array ? Buffer.from(body as string) : Buffer.alloc(0)
  return Buffer.concat([Buffer.from(lines.join('\r\n'), 'latin1'), content])
}
