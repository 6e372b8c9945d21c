import { host, post } from './wire-server.ts'

type Bytes = string | Uint8Array
type Case = readonly [name: string, ...bytes: Bytes[]]

/** What the server refuses before an operation is looked up: by the code it is answered with, the bytes to send. */
const cases = {
  request_malformed: [
    ['a malformed request line', 'GET /hello there HTTP/1.1\r\n\r\n'],
    ['an unknown version', `GET /hello HTTP/3.7\r\n${host}\r\n`],
    ['HTTP/2.0 in the request line', `GET /hello HTTP/2.0\r\n${host}\r\n`],
    ['the preface of HTTP/2', 'PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n'],
    ['TLS on the plain port', Buffer.from('160301020001000001fc0303', 'hex')],
    ['NUL bytes', '\0\0\0\0\0\0\0\0'],
    ['line feeds alone', '\n\n\nx\n\n'],
    ['NUL in the target', `GET /hel\0lo HTTP/1.1\r\n${host}\r\n`],
    ['NUL in a header', `GET /hello HTTP/1.1\r\n${host}A: b\0c\r\n\r\n`],
    ['bytes beyond ASCII in the target', Buffer.from(`GET /\xff HTTP/1.1\r\n${host}\r\n`, 'latin1')],
    ['a target without a slash', `GET hello HTTP/1.1\r\n${host}\r\n`],
    ['a fragment in the target', `GET /hello#top HTTP/1.1\r\n${host}\r\n`],
    ['a bare LF after the request line', 'GET /hello HTTP/1.1\nHost: a\n\n'],
    ['a bare LF after a header', 'GET /hello HTTP/1.1\r\nHost: a\nB: c\r\n\r\n'],
    ['a bare CR in a header', 'GET /hello HTTP/1.1\r\nHost: a\rB: c\r\n\r\n'],
    ['a folded header', `GET /hello HTTP/1.1\r\n${host}A: b\r\n c\r\n\r\n`],
    ['a blank before the colon', 'GET /hello HTTP/1.1\r\nHost : a\r\n\r\n'],
    ['no Host', 'GET /hello HTTP/1.1\r\n\r\n'],
    ['two Hosts', `GET /hello HTTP/1.1\r\n${host}${host}\r\n`],
    ['two Hosts in HTTP/1.0', 'GET /hello HTTP/1.0\r\nHost: a\r\nhost: b\r\n\r\n'],
    ['a Host that is none', 'GET /hello HTTP/1.1\r\nHost: a/b@c\r\n\r\n'],
    ['Content-Length and Transfer-Encoding', post('Content-Length: 5\r\nTransfer-Encoding: chunked\r\n', '0\r\n\r\n')],
    ['Transfer-Encoding and Content-Length', post('Transfer-Encoding: chunked\r\nContent-Length: 5\r\n', '0\r\n\r\n')],
    ['two Content-Lengths', post('Content-Length: 2\r\nContent-Length: 2\r\n', '{}')],
    ['a list of lengths', post('Content-Length: 2, 2\r\n', '{}')],
    ['a signed length', post('Content-Length: +2\r\n', '{}')],
    ['a length beyond all numbers', post('Content-Length: 99999999999999999999999\r\n', '{}')],
    ['a coding that is not chunked', post('Transfer-Encoding: gzip\r\n', '{}')],
    ['a coding before chunked', post('Transfer-Encoding: gzip, chunked\r\n', '0\r\n\r\n')],
    ['chunked twice', post('Transfer-Encoding: chunked\r\nTransfer-Encoding: chunked\r\n', '0\r\n\r\n')],
    ['almost chunked', post('Transfer-Encoding: xchunked\r\n', '0\r\n\r\n')],
    ['chunked in HTTP/1.0', 'POST /charges HTTP/1.0\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n'],
    ['garbage for a chunk size', post('Transfer-Encoding: chunked\r\n', 'zz\r\n{}\r\n0\r\n\r\n')],
    ['a chunk longer than its size', post('Transfer-Encoding: chunked\r\n', '1\r\n{}\r\n0\r\n\r\n')],
    ['LF in a chunk extension', post('Transfer-Encoding: chunked\r\n', '2;a\nb\r\n{}\r\n0\r\n\r\n')],
    ['garbage in a later packet of the body', post('Transfer-Encoding: chunked\r\n', '1\r\n{\r\n'), 'zz\r\n'],
  ],
  body_too_large: [
    ['endless chunk extensions', post('Transfer-Encoding: chunked\r\n', `2;${'a'.repeat(20_000)}\r\n{}\r\n0\r\n\r\n`)],
    ['a length over the limit', post('Content-Length: 5000\r\n')],
    ['a length over every limit', post('Content-Length: 99999999999\r\n')],
    ['chunks over the limit', post('Transfer-Encoding: chunked\r\n', `7d0\r\n${' '.repeat(2000)}`)],
  ],
  headers_too_large: [
    ['a header too long', `GET /hello HTTP/1.1\r\n${host}A: ${'a'.repeat(20_000)}\r\n\r\n`],
    ['too many headers', `GET /hello HTTP/1.1\r\n${host}${'Abcd: efgh\r\n'.repeat(5000)}\r\n`],
    ['trailers too long', post('Transfer-Encoding: chunked\r\n', `0\r\nA: ${'a'.repeat(20_000)}\r\n\r\n`)],
  ],
  target_too_long: [
    ['a target over the limit', `GET /hello?${'a'.repeat(9000)} HTTP/1.1\r\n${host}\r\n`],
    ['a target that no buffer holds', `GET /hello?${'a'.repeat(20_000)} HTTP/1.1\r\n${host}\r\n`],
  ],
  expectation_failed: [['an unknown expectation', `GET /hello HTTP/1.1\r\n${host}Expect: nonsense\r\n\r\n`]],
  request_timeout: [
    ['headers that stop', 'GET /hello HTT'],
    ['a body that stops', post('Content-Length: 5\r\n', '{"')],
    ['a chunked body that stops', post('Transfer-Encoding: chunked\r\n', '1\r\n{')],
  ],
} as const satisfies Readonly<Record<string, readonly Case[]>>

const statuses = {
  request_malformed: 400,
  body_too_large: 413,
  headers_too_large: 431,
  target_too_long: 414,
  expectation_failed: 417,
  request_timeout: 408,
} as const satisfies Readonly<Record<keyof typeof cases, number>>

export interface Rejected {
  readonly name: string
  readonly status: number
  readonly code: string
  readonly bytes: readonly Bytes[]
}

export const rejected: readonly Rejected[] = (Object.keys(cases) as (keyof typeof cases)[]).flatMap((code) =>
  cases[code].map(([name, ...bytes]) => ({ name, status: statuses[code], code, bytes })),
)
