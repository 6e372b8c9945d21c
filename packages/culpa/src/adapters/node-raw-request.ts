import type { Socket } from 'node:net'
import type { ApiRequest } from '../server/request.ts'

/** As much as can be read of a request that the parser rejected. */
export interface Head {
  /** Empty when it cannot be read; so is `target`. */
  readonly method: string
  readonly target: string
  /** Names in lower case. */
  readonly headers: ReadonlyMap<string, string>
  /** True when the whole request line was there. */
  readonly whole: boolean
}

/** Method (a token, RFC 9110 §5.6.2), target, version. */
const requestLine = /^([!#$%&'*+.^_`|~\w-]+) (\S+) (?:HTTP|RTSP)\/\d\.\d$/
const brokenOff = /^([!#$%&'*+.^_`|~\w-]+) (\/\S{0,1023})/
const headerLine = /^([!#$%&'*+.^_`|~\w-]+):[ \t]*([\t\x20-\x7e\x80-\xff]*)$/
const token = /[!#$%&'*+.^_`|~\w-]/

/** Reads the request line and headers around the place where the parser stopped, in the last packet read. */
export function readHead(error: { readonly rawPacket?: Buffer; readonly bytesParsed?: number }): Head {
  const text = error.rawPacket?.toString('latin1') ?? ''
  const [first = '', ...lines] = text.slice(startOf(text, error.bytesParsed ?? 0)).split(/\r?\n/)
  const line = requestLine.exec(first)
  const headers = new Map<string, string>()
  // The last line may go on in a packet that was not read yet.
  for (const one of lines.slice(0, -1)) {
    if (one === '') break
    const pair = headerLine.exec(one)
    if (pair !== null) headers.set((pair[1] as string).toLowerCase(), (pair[2] as string).trimEnd())
  }
  const found = line ?? brokenOff.exec(first)
  return { method: found?.[1] ?? '', target: found?.[2] ?? '', headers, whole: line !== null && lines.length > 0 }
}

/** Where the request begins: earlier ones may stand in the same packet, the last of them with a body. */
function startOf(text: string, stoppedAt: number): number {
  let start = stoppedAt
  while (start > 0 && token.test(text[start - 1] as string)) start--
  if (isRequestLine(text, start)) return start
  const ownLine = lineAt(text, stoppedAt)
  for (start = ownLine; start > 0; start = lineAt(text, start - 1)) if (isRequestLine(text, start)) return start
  return isRequestLine(text, 0) ? 0 : ownLine
}

/** Start of the line that ends at `end` or holds it. */
function lineAt(text: string, end: number): number {
  return end <= 0 ? 0 : text.lastIndexOf('\n', end - 1) + 1
}

function isRequestLine(text: string, start: number): boolean {
  const end = text.indexOf('\n', start)
  return requestLine.test(text.slice(start, end === -1 ? text.length : end).replace(/\r$/, ''))
}

/** A request without a body, as far as it is known. */
export function stubRequest({ method, target, headers }: Omit<Head, 'whole'>, socket: Socket): ApiRequest {
  return {
    method,
    target,
    address: socket.remoteAddress ?? '',
    signal: new AbortController().signal,
    hasBody: false,
    header: (name) => (name === 'content-length' || name === 'transfer-encoding' ? undefined : headers.get(name)),
    headerCount: (name) => (headers.has(name) ? 1 : 0),
    headers: () => headers,
    body: () => Promise.resolve(new Uint8Array(0)),
  }
}
