import { connect, type Socket } from 'node:net'

export interface RawAnswer {
  readonly status: number
  readonly headers: Readonly<Record<string, string>>
  readonly body: string
}

export interface RawConnection {
  readonly socket: Socket
  /** Everything received so far. */
  text(): string
  write(bytes: string | Uint8Array): void
  /** Resolves when that many answers are there. */
  answers(count: number): Promise<readonly RawAnswer[]>
  /** Resolves when the connection is over, with the error if it was reset. */
  closed: Promise<Error | undefined>
}

/** A connection without any HTTP library in between. */
export function open(port: number): RawConnection {
  const socket = connect({ port, host: '127.0.0.1', noDelay: true })
  let received = ''
  let failure: Error | undefined
  const waiting = new Set<() => void>()
  const wake = () => {
    for (const one of waiting) one()
  }
  socket.on('data', (chunk) => {
    received += chunk.toString('latin1')
    wake()
  })
  socket.on('error', (error) => {
    failure = error
  })
  const closed = new Promise<Error | undefined>((resolve) => socket.on('close', () => resolve(failure)))
  socket.on('close', wake)
  return {
    socket,
    closed,
    text: () => received,
    write: (bytes) => void socket.write(bytes),
    answers: (count) =>
      new Promise((resolve, reject) => {
        const look = () => {
          const found = parseAnswers(received)
          if (found.length >= count) resolve(found)
          else if (socket.closed) reject(new Error(`closed after ${found.length} of ${count} answers: ${received}`))
          else return
          waiting.delete(look)
        }
        waiting.add(look)
        look()
      }),
  }
}

/** Sends bytes, waits for one answer and for the end of the connection. */
export async function exchange(port: number, ...parts: readonly (string | Uint8Array)[]): Promise<RawAnswer> {
  const connection = open(port)
  for (const part of parts) {
    connection.write(part)
    await new Promise((resolve) => setTimeout(resolve, 15))
  }
  const [answer] = await connection.answers(1)
  connection.socket.destroy()
  return answer as RawAnswer
}

/** Reads answers that have a length; `HEAD` and the like are the caller's to read. */
export function parseAnswers(text: string): RawAnswer[] {
  const found: RawAnswer[] = []
  let rest = text
  for (;;) {
    const end = rest.indexOf('\r\n\r\n')
    if (end === -1) return found
    const [first = '', ...lines] = rest.slice(0, end).split('\r\n')
    const status = Number(/^HTTP\/1\.1 (\d{3}) /.exec(first)?.[1])
    const headers: Record<string, string> = {}
    for (const line of lines) {
      const colon = line.indexOf(':')
      headers[line.slice(0, colon).toLowerCase()] = line.slice(colon + 1).trim()
    }
    rest = rest.slice(end + 4)
    if (status === 100) continue
    const length = Number(headers['content-length'] ?? 0)
    if (rest.length < length) return found
    found.push({ status, headers, body: rest.slice(0, length) })
    rest = rest.slice(length)
  }
}
