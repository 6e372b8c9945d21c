import { type AddressInfo, createServer, type Socket } from 'node:net'

/** A request as it came off the socket; names of headers in lower case. */
export interface SeenRequest {
  readonly method: string
  readonly target: string
  readonly headers: Readonly<Record<string, string>>
  readonly body: string
}

/** What the server does to a connection once the request was read, whole. */
export type Misdeed = (socket: Socket, request: SeenRequest) => void

/** The request arrives, and nobody ever reads it. */
export const dropBeforeReading = 'drop before reading'
/** A server that does not speak TLS, met by a caller that does. */
export const noTls = 'no TLS'
export type Step = Misdeed | typeof dropBeforeReading | typeof noTls

export interface MisbehavingServer {
  readonly url: string
  readonly requests: readonly SeenRequest[]
  /** Connections that came, read or not. */
  readonly connections: () => number
  readonly close: () => Promise<void>
}

/** A server that takes one request a connection and does to the n-th what the n-th step says; the last step stays. */
export async function startMisbehaving(...steps: readonly Step[]): Promise<MisbehavingServer> {
  const requests: SeenRequest[] = []
  const sockets = new Set<Socket>()
  let connections = 0
  const server = createServer((socket) => {
    sockets.add(socket)
    socket.on('error', () => undefined).on('close', () => sockets.delete(socket))
    const step = steps[Math.min(connections++, steps.length - 1)]
    if (step === dropBeforeReading) return void socket.once('readable', () => socket.resetAndDestroy())
    if (step === noTls) return void socket.once('data', () => socket.end('HTTP/1.1 400 Bad Request\r\n\r\n'))
    let text = ''
    socket.on('data', (chunk) => {
      text += chunk.toString('latin1')
      const request = parsed(text)
      if (request === undefined) return
      text = ''
      requests.push(request)
      step?.(socket, request)
    })
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    requests,
    connections: () => connections,
    close: () => {
      for (const socket of sockets) socket.destroy()
      return new Promise((resolve) => server.close(() => resolve()))
    },
  }
}

function parsed(text: string): SeenRequest | undefined {
  const end = text.indexOf('\r\n\r\n')
  if (end === -1) return undefined
  const [first = '', ...lines] = text.slice(0, end).split('\r\n')
  const headers = Object.fromEntries(
    lines.map((line) => [line.slice(0, line.indexOf(':')).toLowerCase(), line.slice(line.indexOf(':') + 1).trim()]),
  )
  const body = text.slice(end + 4)
  const isWhole =
    headers['transfer-encoding'] === 'chunked'
      ? body.endsWith('0\r\n\r\n')
      : body.length >= Number(headers['content-length'] ?? 0)
  const [method = '', target = ''] = first.split(' ')
  return isWhole ? { method, target, headers, body } : undefined
}

/** An answer as it should be. */
export function answer(status: number, body: unknown = '', headers: Readonly<Record<string, string>> = {}): Misdeed {
  const text = typeof body === 'string' ? body : JSON.stringify(body)
  const all = { 'content-type': 'application/json', 'content-length': String(Buffer.byteLength(text)), ...headers }
  const lines = Object.entries(all).map(([name, value]) => `${name}: ${value}\r\n`)
  return (socket) => void socket.end(`HTTP/1.1 ${status} Status\r\nconnection: close\r\n${lines.join('')}\r\n${text}`)
}

/** An answer that is an error in the format of Stripe. */
export function refusal(
  status: number,
  code: string,
  headers: Readonly<Record<string, string>> = {},
  type = 'api_error',
): Misdeed {
  return answer(status, { error: { type, code, message: `It is ${code}.` } }, headers)
}

/** Bytes, and then the end of the connection. */
export function bytes(text: string): Misdeed {
  return (socket) => void socket.end(text)
}

export const dropAfterReading: Misdeed = (socket) => void socket.resetAndDestroy()
export const stall: Misdeed = () => undefined
export const stallAfterHeaders: Misdeed = (socket) =>
  void socket.write('HTTP/1.1 200 OK\r\ncontent-type: application/json\r\ncontent-length: 10\r\n\r\n')
export const threeOfTen: Misdeed = bytes(
  'HTTP/1.1 200 OK\r\ncontent-type: application/json\r\ncontent-length: 10\r\n\r\n{"i',
)
export const cutChunks: Misdeed = bytes(
  'HTTP/1.1 200 OK\r\ncontent-type: application/json\r\ntransfer-encoding: chunked\r\n\r\n3\r\n{"i\r\n',
)
export const fine: Misdeed = answer(200, { id: 'ch_1' })
