import type { HeaderPair } from './reply.ts'

/**
 * Headers with their names in lower case.
 * @throws {TypeError} for a value that could start another header (RFC 9110 §5.5)
 */
export function safeHeaders(headers: readonly HeaderPair[]): readonly HeaderPair[] {
  return headers.map(([name, value]) => {
    if (!/^[!#$%&'*+.^`|~\w-]+$/.test(name) || !/^[\t\x20-\x7e\x80-\xff]*$/.test(value)) {
      throw new TypeError(`header ${JSON.stringify(name)} has a name or value that HTTP does not allow`)
    }
    return [name.toLowerCase(), value]
  })
}
