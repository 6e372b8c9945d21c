import type { HeaderPair } from './reply.ts'

/** What frames a message, or names it, is the server's to say: one from an upstream would contradict it. */
const framing: ReadonlySet<string> = new Set(['content-length', 'transfer-encoding', 'request-id', 'date'])

/**
 * The headers a handler may set, their names in lower case; those that frame or name the message are left out.
 * @throws {TypeError} for a value that could start another header (RFC 9110 §5.5)
 */
export function safeHeaders(headers: readonly HeaderPair[]): readonly HeaderPair[] {
  const safe: HeaderPair[] = []
  for (const [name, value] of headers) {
    if (!/^[!#$%&'*+.^`|~\w-]+$/.test(name) || !/^[\t\x20-\x7e\x80-\xff]*$/.test(value)) {
      throw new TypeError(`header ${JSON.stringify(name)} has a name or value that HTTP does not allow`)
    }
    const lower = name.toLowerCase()
    if (!framing.has(lower)) safe.push([lower, value])
  }
  return safe
}
