import type { Socket } from 'node:net'
import type { NodeRequest } from './node-request.ts'

/** How long a connection that is being closed may still send, and how much: enough for its peer to read the answer. */
const lingerMs = 1000
const lingerBytes = 16_777_216

/** How many requests of one connection are kept before the answered ones among them are looked for. */
const leastRoom = 16

/** One connection: which of its requests are unanswered, and whether anything that still arrives is handled. */
export class Connection {
  readonly socket: Socket
  /** The request that arrived last. What the parser complains about is its body, or whatever follows it. */
  last: NodeRequest | undefined
  /** True once the last answer is decided: what still arrives is dropped. */
  closing = false
  /** Those that were sent ahead of {@link last}, before it was answered. */
  #earlier: NodeRequest[] = []
  #roomForEarlier = leastRoom
  #isClosed = false

  constructor(socket: Socket) {
    this.socket = socket
    socket.once('close', () => this.#closed())
    // Node takes its own listener away once the parser has failed or given the socket up; a reset may still come.
    socket.on('error', () => socket.destroy())
  }

  /** True when no request waits for its answer. */
  get idle(): boolean {
    return this.last === undefined || isAnswered(this.last)
  }

  begin(request: NodeRequest): void {
    const { last } = this
    if (last !== undefined && !isAnswered(last)) this.#keep(last)
    else if (this.#earlier.length > 0) this.#earlier = []
    this.last = request
  }

  /** Those that were answered meanwhile go when there is no room: a long row must not be asked anew for each newcomer. */
  #keep(request: NodeRequest): void {
    if (this.#earlier.length >= this.#roomForEarlier) {
      this.#earlier = this.#earlier.filter((one) => !isAnswered(one))
      this.#roomForEarlier = Math.max(leastRoom, 2 * this.#earlier.length)
    }
    this.#earlier.push(request)
  }

  /** Runs once every answer before is out (RFC 9112 §9.3.2: answers go out in the order of their requests). */
  afterAnswers(run: () => void): void {
    if (this.idle) run()
    else {
      this.last?.response.once('finish', () => {
        if (!this.#isClosed) run()
      })
    }
  }

  #closed(): void {
    this.#isClosed = true
    for (const request of this.#earlier) if (!isAnswered(request)) request.leave()
    if (!this.idle) this.last?.leave()
  }
}

/** Asked, not listened for: a listener for each request, and a set of those that wait, cost more than its guards. */
function isAnswered({ response }: NodeRequest): boolean {
  return response.writableFinished
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
