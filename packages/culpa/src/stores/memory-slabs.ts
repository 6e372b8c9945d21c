/** A stretch of a slab: whoever writes it says how long it is. */
export interface Slab {
  readonly number: number
  readonly bytes: Uint8Array
  readonly view: DataView
  /** Where the next block goes. */
  used: number
  /** Bytes of blocks that are still wanted. */
  live: number
}

/**
 * Room for blocks of bytes, outside of what the garbage collector looks through. References to blocks are whole
 * numbers from 1 to `maxReference`.
 */
export interface MemorySlabs {
  readonly byteLength: number
  slabOf(reference: number): Slab
  /** Where in its slab a block begins. */
  startOf(reference: number): number
  /** Room for a block of up to `maxBlockBytes`, a multiple of eight; 0 where there is none. */
  take(bytes: number): number
  /** Has so many bytes of a block wanted no more. A slab without any is given back. */
  give(reference: number, bytes: number): void
  /** Whether what is left in its slab should move elsewhere. */
  isSparse(reference: number): boolean
  /** Another block at each call, those that nobody wants among them, round and round; 0 where there is none. */
  next(): number
}

const slabBytes = 65_536
const unit = 8
const unitsPerSlab = slabBytes / unit
/** What does not fit at the end of a slab is lost. */
export const maxBlockBytes = 8192
export const maxReference = 2 ** 31 - 1
const maxSlabs = Math.floor(maxReference / unitsPerSlab)
/** Enough to come past slabs that were given back. */
const maxSteps = 64

/** @param lengthOf the whole length of the block that begins there, wanted or not. */
export function memorySlabs(lengthOf: (slab: Slab, start: number) => number): MemorySlabs {
  const slabs: (Slab | undefined)[] = []
  const free: number[] = []
  let newest: Slab | undefined
  let count = 0
  let passed = 0
  let passedBytes = 0

  function open(): Slab | undefined {
    const number = free.pop() ?? slabs.length
    if (number >= maxSlabs) return undefined
    const bytes = new Uint8Array(slabBytes)
    const slab = { number, bytes, view: new DataView(bytes.buffer), used: 0, live: 0 }
    slabs[number] = slab
    count += 1
    const before = newest
    newest = slab
    if (before?.live === 0) drop(before)
    return slab
  }

  function drop({ number }: Slab): void {
    slabs[number] = undefined
    free.push(number)
    count -= 1
    // Another slab of this number is passed from its start.
    if (number === passed) passedBytes = 0
  }

  const slabOf = (reference: number): Slab => slabs[Math.floor((reference - 1) / unitsPerSlab)] as Slab

  return {
    get byteLength() {
      return count * slabBytes
    },
    slabOf,
    startOf: (reference) => ((reference - 1) % unitsPerSlab) * unit,
    take(bytes) {
      const slab = newest !== undefined && newest.used + bytes <= slabBytes ? newest : open()
      if (slab === undefined) return 0
      const start = slab.used
      slab.used += bytes
      slab.live += bytes
      return slab.number * unitsPerSlab + start / unit + 1
    },
    give(reference, bytes) {
      const slab = slabOf(reference)
      slab.live -= bytes
      if (slab.live === 0 && slab !== newest) drop(slab)
    },
    isSparse(reference) {
      const slab = slabOf(reference)
      return slab !== newest && slab.live < slabBytes / 2
    },
    next() {
      for (let steps = 0; steps < maxSteps && count > 0; steps += 1) {
        const slab = slabs[passed]
        if (slab === undefined || passedBytes >= slab.used) {
          passed = passed + 1 < slabs.length ? passed + 1 : 0
          passedBytes = 0
          continue
        }
        const start = passedBytes
        passedBytes += lengthOf(slab, start)
        return passed * unitsPerSlab + start / unit + 1
      }
      return 0
    },
  }
}
