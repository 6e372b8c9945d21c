import type { RecordedReply } from '../server/stores.ts'

type Headers = RecordedReply['headers']

/** Bodies that are kept side by side, so that thousands of short ones are one buffer; longer ones stand alone. */
const slabBytes = 65_536
const maxPackedBytes = 4096
const maxKnownHeaders = 1000

/** A reply as it is kept: its body lies among others. */
export interface PackedReply {
  readonly status: number
  readonly headers: Headers
  readonly bytes: Uint8Array
  readonly start: number
  readonly end: number
}

/**
 * Makes the function that copies replies for keeping: neither the caller's buffer nor the store's may change the other's.
 * Costs the garbage collector one object a reply: bodies share buffers, and equal headers are kept once.
 */
export function packedReplies(): (reply: RecordedReply) => PackedReply {
  let slab = new Uint8Array(0)
  let used = 0
  const known = new Map<string, Headers>()
  let last: Headers = []

  /** Where the body lies in the slab. */
  function keep(body: Uint8Array): number {
    const { byteLength } = body
    if (used + byteLength > slab.byteLength) {
      slab = new Uint8Array(slabBytes)
      used = 0
    }
    slab.set(body, used)
    used += byteLength
    return used - byteLength
  }

  function keepHeaders(headers: Headers): Headers {
    if (!isSame(headers, last)) last = findHeaders(headers)
    return last
  }

  function findHeaders(headers: Headers): Headers {
    let name = ''
    for (const pair of headers) name += `${pair[0]}\n${pair[1]}\n`
    const found = known.get(name)
    if (found !== undefined) return found
    const copy = copyHeaders(headers)
    if (known.size < maxKnownHeaders) known.set(name, copy)
    return copy
  }

  return ({ status, headers: given, body }) => {
    const headers = keepHeaders(given)
    const { byteLength } = body
    if (byteLength > maxPackedBytes) return { status, headers, bytes: new Uint8Array(body), start: 0, end: byteLength }
    const start = keep(body)
    return { status, headers, bytes: slab, start, end: start + byteLength }
  }
}

function isSame(one: Headers, other: Headers): boolean {
  if (one.length !== other.length) return false
  return one.every(([name, value], index) => name === other[index]?.[0] && value === other[index]?.[1])
}

/** A copy that its receiver may change. */
export function unpackReply({ status, headers, bytes, start, end }: PackedReply): RecordedReply {
  return { status, headers: copyHeaders(headers), body: bytes.slice(start, end) }
}

function copyHeaders(headers: Headers): Headers {
  return headers.map(([name, value]) => [name, value] as const)
}
