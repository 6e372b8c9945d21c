import {
  capacityFor,
  distance,
  firstCapacity,
  following,
  homeOf,
  isCrowded,
  isRoomy,
  partCount,
} from './memory-places.ts'

/**
 * Finds references by what they refer to. A hash has 32 bits, evenly spread, and need not be of one text alone. A
 * reference is a whole number of 32 bits, never 0, and is there once.
 */
export interface MemoryIndex {
  readonly size: number
  readonly byteLength: number
  /** The reference to a text of this hash; 0 where there is none. */
  find(hash: number, text: string): number
  add(hash: number, reference: number): void
  /** Has another reference stand for one that is there. */
  replace(hash: number, reference: number, other: number): void
  remove(hash: number, reference: number): void
}

/** Two numbers a place: a hash, and a reference, 0 where the place is free. */
interface Part {
  places: Uint32Array
  size: number
}

/** An index of 10 to 14 bytes a reference. `isOf` tells whether a reference is to a text; only it compares whole texts. */
export function memoryIndex(isOf: (reference: number, text: string) => boolean): MemoryIndex {
  const parts = new Array<Part | undefined>(partCount).fill(undefined)
  let size = 0

  /** The part of a reference that is there. */
  const partOf = (hash: number): Part => parts[hash % partCount] as Part

  return {
    get size() {
      return size
    },
    get byteLength() {
      return parts.reduce((sum, part) => sum + (part?.places.byteLength ?? 0), 0)
    },
    find(hash, text) {
      const places = parts[hash % partCount]?.places
      if (places === undefined) return 0
      const capacity = places.length / 2
      for (let place = homeOf(hash, capacity); ; place = following(place, capacity)) {
        const reference = places[2 * place + 1] as number
        if (reference === 0 || (places[2 * place] === hash && isOf(reference, text))) return reference
      }
    },
    add(hash, reference) {
      const number = hash % partCount
      const part = parts[number] ?? { places: new Uint32Array(2 * firstCapacity), size: 0 }
      parts[number] = part
      put(part.places, hash, reference)
      part.size += 1
      size += 1
      if (isCrowded(part.size, part.places.length / 2)) resize(part)
    },
    replace(hash, reference, other) {
      const { places } = partOf(hash)
      places[2 * placeOf(places, hash, reference) + 1] = other
    },
    remove(hash, reference) {
      const part = partOf(hash)
      vacate(part.places, placeOf(part.places, hash, reference))
      part.size -= 1
      size -= 1
      if (isRoomy(part.size, part.places.length / 2)) resize(part)
    },
  }
}

/** Where a reference lies, or else, for 0, the free place for it. */
function placeOf(places: Uint32Array, hash: number, reference: number): number {
  const capacity = places.length / 2
  let place = homeOf(hash, capacity)
  while (places[2 * place + 1] !== reference) place = following(place, capacity)
  return place
}

function put(places: Uint32Array, hash: number, reference: number): void {
  const place = placeOf(places, hash, 0)
  places[2 * place] = hash
  places[2 * place + 1] = reference
}

/** Moves up whatever would not be found any more across the gap. */
function vacate(places: Uint32Array, place: number): void {
  const capacity = places.length / 2
  let gap = place
  for (let next = following(gap, capacity); places[2 * next + 1] !== 0; next = following(next, capacity)) {
    const home = homeOf(places[2 * next] as number, capacity)
    if (distance(home, next, capacity) < distance(gap, next, capacity)) continue
    places.copyWithin(2 * gap, 2 * next, 2 * next + 2)
    gap = next
  }
  places[2 * gap + 1] = 0
}

function resize(part: Part): void {
  const places = new Uint32Array(2 * capacityFor(part.size))
  for (let from = 0; from < part.places.length; from += 2) {
    const reference = part.places[from + 1] as number
    if (reference !== 0) put(places, part.places[from] as number, reference)
  }
  part.places = places
}
