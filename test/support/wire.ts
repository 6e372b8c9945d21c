import { connect } from 'node:net'

export interface WireRequest {
  readonly method: string
  readonly path: string
  readonly headers?: Readonly<Record<string, string>>
  readonly body?: string | Uint8Array | null
}

/** An answer as its bytes came over the wire. */
export interface WireAnswer {
  readonly status: number
  /** Of the status line. */
  readonly reason: string
  /** Every header line, in order; names in lower case. */
  readonly lines: readonly (readonly [string, string])[]
  /** The last of each name. */
  readonly headers: Readonly<Record<string, string>>
  readonly body: string
  /** What came after the header section, counted in bytes. */
  readonly bodyBytes: number
}

/** Longer than any timeout of the sandbox: a connection that is silent for so long is stuck. */
const stuckMs = 25_000

/** Sends one request on a connection of its own and reads the answer to the last byte. */
export async function exchange(port: number, request: WireRequest): Promise<WireAnswer> {
  const received = await exchangeBytes(port, toBytes(request))
  const answers = parseAnswers(received, request.method === 'HEAD')
  if (answers.length !== 1) {
    throw new Error(`${answers.length} answers to ${request.method} ${request.path}: ${received.toString('latin1')}`)
  }
  return answers[0] as WireAnswer
}

/** Writes bytes on a connection of its own and gives back all that came until its end. */
export function exchangeBytes(port: number, bytes: Uint8Array | string, halfClose = false): Promise<Buffer> {
  return new Promise((resolve, reject) => {
    const chunks: Buffer[] = []
    const socket = connect({ port, host: '127.0.0.1', allowHalfOpen: true, noDelay: true })
    socket.setTimeout(stuckMs, () => socket.destroy(new Error('the connection is stuck')))
    let failure: Error | undefined
    if (halfClose) socket.end(bytes)
    else socket.write(bytes)
    socket.on('data', (chunk: Buffer) => chunks.push(chunk))
    socket.on('end', () => socket.destroy())
    socket.on('error', (error) => {
      failure = error
    })
    socket.on('close', () => {
      const received = Buffer.concat(chunks)
      // A server that refuses early may reset what was still being sent; the answer counts.
      if (failure !== undefined && (received.length === 0 || failure.message.includes('stuck'))) reject(failure)
      else resolve(received)
    })
  })
}

/** Takes apart a stream of answers by their lengths; interim answers are left out. */
export function parseAnswers(received: Buffer, headOnly = false): WireAnswer[] {
  const answers: WireAnswer[] = []
  let rest = received
  while (rest.length > 0) {
    const end = rest.indexOf('\r\n\r\n')
    if (end === -1) throw new Error(`no header section: ${rest.toString('latin1')}`)
    const [first = '', ...texts] = rest.subarray(0, end).toString('latin1').split('\r\n')
    const [, digits, reason = ''] = /^HTTP\/1\.1 (\d{3})(?: (.*))?$/.exec(first) ?? []
    const status = Number(digits)
    if (Number.isNaN(status)) throw new Error(`no status line: ${first}`)
    const lines = texts.map((text) => toPair(text))
    const headers = Object.fromEntries(lines)
    rest = rest.subarray(end + 4)
    if (status < 200) continue
    const length = headOnly || status === 204 || status === 304 ? 0 : lengthOf(headers, rest)
    const content = rest.subarray(0, length)
    answers.push({ status, reason, lines, headers, body: content.toString('utf8'), bodyBytes: content.length })
    rest = rest.subarray(length)
  }
  return answers
}

/** The request as it goes on the wire; its length is counted unless the headers say how it is framed. */
export function toBytes({ method, path, headers = {}, body = null }: WireRequest): Buffer {
  const bytes = body === null ? Buffer.alloc(0) : Buffer.from(body as string)
  const isChunked = headers['transfer-encoding'] === 'chunked'
  const content = isChunked ? toChunks(bytes) : bytes
  const given = Object.entries(headers).map(([name, value]) => `${name}: ${value}`)
  const length = body === null || Object.keys(headers).some(isFraming) ? [] : [`content-length: ${content.length}`]
  const head = [`${method} ${path} HTTP/1.1`, 'host: localhost', 'connection: close', ...given, ...length, '', '']
  return Buffer.concat([Buffer.from(head.join('\r\n'), 'utf8'), content])
}

function toChunks(bytes: Buffer): Buffer {
  const last = Buffer.from('0\r\n\r\n')
  if (bytes.length === 0) return last
  return Buffer.concat([Buffer.from(`${bytes.length.toString(16)}\r\n`), bytes, Buffer.from('\r\n'), last])
}

function isFraming(name: string): boolean {
  return ['content-length', 'transfer-encoding'].includes(name.toLowerCase())
}

function lengthOf(headers: Readonly<Record<string, string>>, rest: Buffer): number {
  const length = Number(headers['content-length'] ?? 0)
  if (rest.length < length) throw new Error(`cut off: ${rest.length} of ${length} bytes`)
  return length
}

function toPair(text: string): [string, string] {
  const colon = text.indexOf(':')
  return [text.slice(0, colon).toLowerCase(), text.slice(colon + 1).trim()]
}
