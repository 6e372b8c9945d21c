import { once } from 'node:events'
import { connect } from 'node:net'

/** An answer as it was seen on the wire; without the headers that `node:http` writes by itself. */
export interface SeenReply {
  readonly status: number
  /** In their order. */
  readonly headers: readonly (readonly [name: string, value: string])[]
  readonly text: string
}

const ofNode: ReadonlySet<string> = new Set(['date', 'connection', 'keep-alive'])

/** Sends a request and reads its answer from the socket, as bytes came. */
export async function seeReply(port: number, request: string): Promise<SeenReply> {
  const socket = connect({ port, host: '127.0.0.1' })
  // A server that ends the connection after its answer ends the reading.
  socket.write(request.replace('\r\n\r\n', '\r\nconnection: close\r\n\r\n'), 'latin1')
  let wire = ''
  socket.setEncoding('latin1').on('data', (chunk) => {
    wire += chunk
  })
  await once(socket, 'close')
  const [head = '', ...rest] = wire.split('\r\n\r\n')
  const [statusLine = '', ...lines] = head.split('\r\n')
  const pairs = lines.map(
    (line) => [line.slice(0, line.indexOf(':')), line.slice(line.indexOf(':') + 1).trim()] as const,
  )
  return {
    status: Number(statusLine.split(' ')[1]),
    headers: pairs.filter(([name]) => !ofNode.has(name.toLowerCase())),
    text: rest.join('\r\n\r\n'),
  }
}

/**
 * Proves that two servers do the same before they are compared.
 * @throws {Error} where the bytes of one differ from those of the other, `node:http`'s own headers apart
 */
export function requireSameReply(ours: SeenReply, theirs: SeenReply): void {
  if (JSON.stringify(ours) === JSON.stringify(theirs)) return
  throw new Error(`not the same answer:\n${JSON.stringify(ours)}\n${JSON.stringify(theirs)}`)
}
