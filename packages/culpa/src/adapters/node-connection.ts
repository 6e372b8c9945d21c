import type { Socket } from 'node:net'
import type { NodeRequest } from './node-request.ts'

/** How long a connection that is being closed may still send, and how much: enough for its peer to read the answer. */
const lingerMs = 1000
const lingerBytes = 16_777_216

/** One connection: which of its requests are unanswered, and whether anything that still arrives is handled. */
export class Connection {
  readonly socket: Socket
  /** The request that arrived last. What the parser complains about is its body, or whatever follows it. */
  last: NodeRequest | undefined
  /** True once the last answer is decided: what still arrives is dropped. */
  closing = false
  readonly #open = new Set<NodeRequest>()
  #next: (() => void) | undefined

  constructor(socket: Socket) {
    this.socket = socket
    socket.once('close', () => this.#closed())
    // Node takes its own listener away once the parser has failed or given the socket up; a reset may still come.
    socket.on('error', () => socket.destroy())
  }

  /** True when no request waits for its answer. */
  get idle(): boolean {
    return this.#open.size === 0
  }

  begin(request: NodeRequest): void {
    this.last = request
    this.#open.add(request)
    request.response.once('finish', () => this.#finished(request))
  }

  /** Runs once every answer before is out (RFC 9112 §9.3.2: answers go out in the order of their requests). */
  afterAnswers(run: () => void): void {
    if (this.idle) run()
    else this.#next = run
  }

  #finished(request: NodeRequest): void {
    this.#open.delete(request)
    if (!this.idle || this.#next === undefined) return
    const run = this.#next
    this.#next = undefined
    run()
  }

  #closed(): void {
    this.#next = undefined
    for (const request of this.#open) request.leave()
    this.#open.clear()
  }
}

const connections = new WeakMap<Socket, Connection>()

export function connectionOf(socket: Socket): Connection {
  let connection = connections.get(socket)
  if (connection === undefined) {
    connection = new Connection(socket)
    connections.set(socket, connection)
  }
  return connection
}

/**
 * Ends a connection whose peer may still be sending: last bytes, half-close, then what arrives is read and dropped for
 * a short time. Closing at once would reset the connection and could take the answer with it (RFC 9112 §9.6).
 */
export function closeLingering(socket: Socket, lastBytes?: Uint8Array): void {
  if (socket.destroyed || socket.writableEnded) return
  let left = lingerBytes
  const timer = setTimeout(() => socket.destroy(), lingerMs)
  socket.once('close', () => clearTimeout(timer))
  // From here on the bytes are nobody's: not the parser's either.
  socket.removeAllListeners('data')
  socket.on('data', (chunk: Uint8Array) => {
    left -= chunk.byteLength
    if (left < 0) socket.destroy()
  })
  if (lastBytes === undefined) socket.end()
  else socket.end(lastBytes)
  socket.resume()
}
