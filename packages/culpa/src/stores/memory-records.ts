import type { IdempotencyRecord, RecordedReply } from '../server/stores.ts'
import { memoryHeaders } from './memory-headers.ts'
import { maxBlockBytes, memorySlabs, type Slab } from './memory-slabs.ts'

/** What is known of a record before it is finished. */
export interface Claimed {
  readonly scope: string
  /** The scope's, of 32 bits. */
  readonly hash: number
  readonly fingerprint: string
  readonly attempt: number
}

/** Records that are finished or expired, as bytes. References are those of `memorySlabs`. */
export interface MemoryRecords {
  /** Bytes that are taken, those between the records among them. */
  readonly byteLength: number
  /** 0 for one that does not fit: more than some kilobytes, or no status. The time is in milliseconds. */
  add(claimed: Claimed, recordedAt: number, reply: RecordedReply): number
  isOf(reference: number, scope: string): boolean
  hashOf(reference: number): number
  recordedAt(reference: number): number
  read(reference: number): IdempotencyRecord
  /** Keeps the fingerprint alone. */
  expire(reference: number): void
  remove(reference: number): void
  /** Another record at each call, round and round; 0 at times, and where there is none. */
  next(): number
  /** Where the record is from now on: it moves where most of what was around it is gone. */
  tidy(reference: number): number
}

/** Where a block has what: numbers, then scope and fingerprint, then the headers' text, if any, and the body. */
const at = {
  attempt: 0,
  recordedAt: 8,
  hash: 16,
  /** In bytes, and as it was when the block was made. */
  blockLength: 20,
  scopeLength: 22,
  fingerprintLength: 24,
  headersLength: 26,
  headersNumber: 28,
  bodyLength: 30,
  status: 32,
  state: 34,
  /** Bytes of a character: 1 where all are ASCII, else 2. */
  width: 35,
  texts: 36,
} as const

const notAscii = /[\u0080-\uffff]/
const encoder = new TextEncoder()

const gone = 0
const finished = 1
const expired = 2

export function memoryRecords(): MemoryRecords {
  const slabs = memorySlabs(blockLength)
  const headerSets = memoryHeaders()
  const { slabOf, startOf } = slabs

  function remove(reference: number): void {
    const [slab, start] = [slabOf(reference), startOf(reference)]
    const bytes = wantedBytes(slab, start)
    slab.view.setUint8(start + at.state, gone)
    slabs.give(reference, bytes)
  }

  function move(reference: number): number {
    const [from, start] = [slabOf(reference), startOf(reference)]
    const bytes = wantedBytes(from, start)
    const moved = slabs.take(bytes)
    if (moved === 0) return reference
    const [to, place] = [slabOf(moved), startOf(moved)]
    to.bytes.set(from.bytes.subarray(start, start + bytes), place)
    to.view.setUint16(place + at.blockLength, bytes)
    remove(reference)
    return moved
  }

  return {
    get byteLength() {
      return slabs.byteLength
    },
    add({ scope, hash, fingerprint, attempt }, recordedAt, { status, headers, body }) {
      if (!Number.isInteger(status) || status < 0 || status > 0xffff) return 0
      const noted = headerSets.note(headers)
      const headersText = typeof noted === 'string' ? noted : ''
      const texts = scope + fingerprint + headersText
      const width = notAscii.test(texts) ? 2 : 1
      const bytes = toBlockBytes(texts.length * width + body.byteLength)
      if (bytes > maxBlockBytes) return 0
      const reference = slabs.take(bytes)
      if (reference === 0) return 0
      const slab = slabOf(reference)
      const start = startOf(reference)
      const { view } = slab
      view.setFloat64(start + at.attempt, attempt)
      view.setFloat64(start + at.recordedAt, recordedAt)
      view.setUint32(start + at.hash, hash)
      view.setUint16(start + at.blockLength, bytes)
      view.setUint16(start + at.scopeLength, scope.length)
      view.setUint16(start + at.fingerprintLength, fingerprint.length)
      view.setUint16(start + at.headersLength, headersText.length)
      view.setUint16(start + at.headersNumber, typeof noted === 'number' ? noted : 0)
      view.setUint16(start + at.bodyLength, body.byteLength)
      view.setUint16(start + at.status, status)
      view.setUint8(start + at.state, finished)
      view.setUint8(start + at.width, width)
      writeText(slab, start + at.texts, texts, width)
      slab.bytes.set(body, start + at.texts + texts.length * width)
      return reference
    },
    isOf(reference, scope) {
      const [slab, start] = [slabOf(reference), startOf(reference)]
      if (slab.view.getUint16(start + at.scopeLength) !== scope.length) return false
      return isText(slab, start + at.texts, scope, slab.view.getUint8(start + at.width))
    },
    hashOf: (reference) => slabOf(reference).view.getUint32(startOf(reference) + at.hash),
    recordedAt: (reference) => slabOf(reference).view.getFloat64(startOf(reference) + at.recordedAt),
    read(reference) {
      const [slab, start] = [slabOf(reference), startOf(reference)]
      const { view } = slab
      const width = view.getUint8(start + at.width)
      let from = start + at.texts + view.getUint16(start + at.scopeLength) * width
      const next = (length: number) => {
        from += length * width
        return readText(slab, from - length * width, length, width)
      }
      const fingerprint = next(view.getUint16(start + at.fingerprintLength))
      const attempt = view.getFloat64(start + at.attempt)
      if (view.getUint8(start + at.state) === expired) return { state: 'expired', fingerprint, attempt }
      const headersText = next(view.getUint16(start + at.headersLength))
      const headers = headerSets.read(headersText || view.getUint16(start + at.headersNumber))
      const body = slab.bytes.slice(from, from + view.getUint16(start + at.bodyLength))
      const reply = { status: view.getUint16(start + at.status), headers, body }
      return { state: 'finished', fingerprint, attempt, reply }
    },
    expire(reference) {
      const [slab, start] = [slabOf(reference), startOf(reference)]
      if (slab.view.getUint8(start + at.state) === expired) return
      const before = wantedBytes(slab, start)
      slab.view.setUint8(start + at.state, expired)
      slab.view.setUint16(start + at.headersLength, 0)
      slab.view.setUint16(start + at.bodyLength, 0)
      slabs.give(reference, before - wantedBytes(slab, start))
    },
    remove,
    next() {
      const reference = slabs.next()
      if (reference === 0) return 0
      return slabOf(reference).view.getUint8(startOf(reference) + at.state) === gone ? 0 : reference
    },
    tidy: (reference) => (slabs.isSparse(reference) ? move(reference) : reference),
  }
}

function blockLength({ view }: Slab, start: number): number {
  return view.getUint16(start + at.blockLength)
}

/** What a block takes once it is moved. */
function wantedBytes({ view }: Slab, start: number): number {
  const characters =
    view.getUint16(start + at.scopeLength) +
    view.getUint16(start + at.fingerprintLength) +
    view.getUint16(start + at.headersLength)
  return toBlockBytes(characters * view.getUint8(start + at.width) + view.getUint16(start + at.bodyLength))
}

function toBlockBytes(contents: number): number {
  return Math.ceil((at.texts + contents) / 8) * 8
}

/** Two bytes hold what one cannot as the engine has it: a half of a surrogate pair stays what it is. */
function writeText({ bytes, view }: Slab, start: number, text: string, width: number): void {
  if (width === 1) encoder.encodeInto(text, bytes.subarray(start))
  else for (let index = 0; index < text.length; index += 1) view.setUint16(start + 2 * index, text.charCodeAt(index))
}

function isText(slab: Slab, start: number, text: string, width: number): boolean {
  for (let index = 0; index < text.length; index += 1) {
    if (codeAt(slab, start, index, width) !== text.charCodeAt(index)) return false
  }
  return true
}

function readText(slab: Slab, start: number, length: number, width: number): string {
  if (width === 1) return String.fromCharCode(...slab.bytes.subarray(start, start + length))
  return String.fromCharCode(...Array.from({ length }, (_, index) => codeAt(slab, start, index, width)))
}

function codeAt({ bytes, view }: Slab, start: number, index: number, width: number): number {
  return width === 1 ? (bytes[start + index] as number) : view.getUint16(start + 2 * index)
}
