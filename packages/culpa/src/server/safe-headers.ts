import type { HeaderPair } from './reply.ts'

/** What frames or names a message, or is about one connection (RFC 9110 §7.6.1), is the server's to say. */
const framing: ReadonlySet<string> = new Set([
  'content-length',
  'transfer-encoding',
  'request-id',
  'date',
  'keep-alive',
  'proxy-connection',
  'te',
  'trailer',
  'upgrade',
])

/**
 * The headers a handler may set, their names in lower case; those that frame or name the message are left out.
 * @throws {TypeError} for a value that could start another header (RFC 9110 §5.5)
 */
export function safeHeaders(headers: readonly HeaderPair[]): readonly HeaderPair[] {
  const safe: HeaderPair[] = []
  for (const [name, value] of headers) {
    checkHeader(name, value)
    const lower = name.toLowerCase()
    // `close` is ours, where a body was left unread.
    if (framing.has(lower) || (lower === 'connection' && value !== 'close')) continue
    safe.push([lower, value])
  }
  return safe
}

/** The first value of each name, as most say the same each time; a cookie is somebody's. */
const known = new Map<string, string>()
const maxKnown = 100

/** @throws {TypeError} for a name that is none, and a value that could start another header (RFC 9110 §5.5) */
export function checkHeader(name: string, value: string): void {
  const first = known.get(name)
  if (first === value) return
  if ((first !== undefined || /^[!#$%&'*+.^`|~\w-]+$/.test(name)) && /^[\t\x20-\x7e\x80-\xff]*$/.test(value)) {
    if (first === undefined && known.size < maxKnown && name !== 'set-cookie') known.set(name, value)
    return
  }
  throw new TypeError(`header ${JSON.stringify(name)} has a name or value that HTTP does not allow`)
}
