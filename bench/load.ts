// A load generator on bare sockets: a request is one string made before or counted up, an answer is read as far as its
// status and its length. It costs less than the cheapest server it asks, so that it is never what is measured.
import { once } from 'node:events'
import { connect, type Socket } from 'node:net'

/** The bytes of the next request, ASCII alone. */
export type NextRequest = () => string

/** What a load came to. */
export interface Load {
  readonly answered: number
  readonly seconds: number
}

export interface LoadOptions {
  readonly port: number
  readonly connections: number
  readonly next: NextRequest
  /** What every answer must say; another status fails the run. */
  readonly status: number
  /** Whether what the server asks runs on this core, too: between answers it is left to that. */
  readonly sharesCore?: boolean
}

/** Requests at a rate. */
export interface Pace {
  readonly perSecond: number
  readonly seconds: number
  /** One like the other, or as they come when many callers know nothing of each other: a Poisson process. */
  readonly intervals: 'even' | 'random'
}

/** Connections that are open, and what can be done with them. */
export interface Generator {
  /** Closed loop: each connection sends its next request when the last one is answered. */
  run(seconds: number): Promise<Load>
  /**
   * Open loop: requests go out at a rate whatever is answered. Microseconds from when each should have gone out to its
   * answer, so that a server that stalls is charged for all who wait (no coordinated omission). It looks at the clock
   * all the time, and takes the core for itself; two generators of one process share it.
   */
  pace(pace: Pace): Promise<Float64Array>
  close(): void
}

/**
 * Opens connections to a server on this machine.
 * @throws {Error} (as a rejection of what is running) for an answer with another status, without `Content-Length`, or a
 * connection that ends
 * @example
 * const generator = await openGenerator({ port, connections: 32, next: () => get, status: 200 })
 * const { answered } = await generator.run(1)
 */
export async function openGenerator({
  port,
  connections,
  next,
  status,
  sharesCore = false,
}: LoadOptions): Promise<Generator> {
  const lanes = await Promise.all(Array.from({ length: connections }, () => openLane(port, status)))

  function run(seconds: number): Promise<Load> {
    return new Promise((resolve, reject) => {
      const started = performance.now()
      const until = started + seconds * 1000
      let answered = 0
      let open = lanes.length
      const fail = (error: Error) => {
        open = 0
        reject(error)
      }
      const go = (lane: Lane) => {
        lane.send(next(), answer, fail)
      }
      const answer = (lane: Lane) => {
        answered += 1
        const now = performance.now()
        if (now < until) go(lane)
        else if (--open === 0) resolve({ answered, seconds: (now - started) / 1000 })
      }
      // A server that is slower than this process would else be charged for waking it up with each answer.
      const stayAwake = () => {
        if (open > 0) setImmediate(stayAwake)
      }
      if (!sharesCore) stayAwake()
      for (const lane of lanes) go(lane)
    })
  }

  function pace(how: Pace): Promise<Float64Array> {
    return new Promise((resolve, reject) => {
      const dueMs = dueTimes(how)
      const total = dueMs.length
      const times = new Float64Array(total)
      const idle = [...lanes]
      const started = performance.now()
      let sent = 0
      let answered = 0
      const fail = (error: Error) => {
        answered = total
        reject(error)
      }
      const tick = () => {
        const now = performance.now()
        while (sent < total && idle.length > 0 && started + (dueMs[sent] as number) <= now) dispatch(sent++)
        if (answered < total) setImmediate(tick)
        else resolve(times)
      }
      const dispatch = (index: number) => {
        const due = started + (dueMs[index] as number)
        const answer = (lane: Lane) => {
          times[index] = (performance.now() - due) * 1000
          answered += 1
          idle.push(lane)
        }
        ;(idle.pop() as Lane).send(next(), answer, fail)
      }
      tick()
    })
  }

  return { run, pace, close: () => lanes.forEach((lane) => void lane.socket.destroy()) }
}

/** Milliseconds after the start at which each request is due. */
function dueTimes({ perSecond, seconds, intervals }: Pace): Float64Array {
  const due = new Float64Array(Math.round(perSecond * seconds))
  const meanMs = 1000 / perSecond
  for (let index = 1; index < due.length; index += 1) {
    const interval = intervals === 'even' ? meanMs : -Math.log(1 - Math.random()) * meanMs
    due[index] = (due[index - 1] as number) + interval
  }
  return due
}

/** A connection with at most one request under way. */
interface Lane {
  readonly socket: Socket
  send(request: string, answer: (lane: Lane) => void, fail: (error: Error) => void): void
}

async function openLane(port: number, status: number): Promise<Lane> {
  let waiting: ((lane: Lane) => void) | undefined
  let failed: (error: Error) => void = () => undefined
  let text = ''
  const take = (size: number, buffer: Uint8Array) => {
    const part = (buffer as Buffer).toString('latin1', 0, size)
    text = text === '' ? part : text + part
    const missing = bytesMissing(text)
    if (missing > 0) return true
    const isGood = missing === 0 && text.slice(9, 12) === String(status)
    if (!isGood) end(new Error(`expected ${status}, got: ${text}`))
    text = ''
    if (isGood) waiting?.(lane)
    return true
  }
  // Reads into one buffer, past the stream's own queue.
  const onread = { buffer: Buffer.alloc(65_536), callback: take }
  const socket = connect({ port, host: '127.0.0.1', noDelay: true, onread })
  const end = (error: Error) => {
    socket.destroy()
    failed(error)
  }
  const lane: Lane = {
    socket,
    send(request, answer, fail) {
      waiting = answer
      failed = fail
      socket.write(request, 'latin1')
    },
  }
  await once(socket, 'connect')
  socket.on('error', end)
  socket.on('close', () => end(new Error(`the server on port ${port} closed a connection; it had sent: ${text}`)))
  return lane
}

/** How much of an answer has not come yet; `Infinity` before its head has, below 0 where there is too much, or no length. */
function bytesMissing(text: string): number {
  const head = text.indexOf('\r\n\r\n')
  if (head < 0) return Infinity
  const [, length] = /\r\ncontent-length: *(\d+)/i.exec(text) ?? []
  return length === undefined ? -1 : head + 4 + Number(length) - text.length
}
