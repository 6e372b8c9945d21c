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

/** A time for each key. Keys are whole numbers of 53 bits, evenly spread, never 0; times are above 0. */
export interface Arrivals {
  readonly size: number
  /** The time of a key; 0 where there is none. */
  get(key: number): number
  set(key: number, time: number): void
  /** Looks at so many places, round and round, and drops the keys there whose time is not after `now`. */
  sweep(places: number, now: number): void
}

/** Open addressing, two numbers a place: a key, 0 where the place is free, and its time. */
interface Part {
  places: Float64Array
  size: number
}

/** A table of 20 to 28 bytes a key, whatever it is the key of; a map of texts takes 130. */
export function memoryArrivals(): Arrivals {
  const parts = new Array<Part | undefined>(partCount).fill(undefined)
  /** Those that there are, for the sweep. */
  const made: Part[] = []
  let size = 0
  let sweptPart = 0
  let sweptPlace = 0

  function add(key: number, time: number): void {
    const part = parts[key % partCount] ?? make(key % partCount)
    const place = placeOf(part.places, key)
    part.places[place] = key
    part.places[place + 1] = time
    part.size += 1
    size += 1
    if (isCrowded(part.size, part.places.length / 2)) resize(part)
  }

  function make(number: number): Part {
    const part: Part = { places: new Float64Array(2 * firstCapacity), size: 0 }
    parts[number] = part
    made.push(part)
    return part
  }

  function sweepPlaceOf(part: Part, now: number): void {
    const key = part.places[sweptPlace] as number
    if (key !== 0 && (part.places[sweptPlace + 1] as number) <= now) {
      // Another may lie there then, so the next look is at this place again.
      remove(part, sweptPlace)
      size -= 1
    } else sweptPlace += 2
  }

  function leavePart(part: Part): void {
    if (isRoomy(part.size, part.places.length / 2)) resize(part)
    sweptPart = (sweptPart + 1) % made.length
    sweptPlace = 0
  }

  return {
    get size() {
      return size
    },
    get(key) {
      const places = parts[key % partCount]?.places
      return places === undefined ? 0 : (places[placeOf(places, key) + 1] as number)
    },
    set(key, time) {
      const places = parts[key % partCount]?.places
      const place = places === undefined ? 0 : placeOf(places, key)
      if (places?.[place] === key) places[place + 1] = time
      else add(key, time)
    },
    sweep(places, now) {
      for (let left = places; left > 0 && size > 0; left -= 1) {
        const part = made[sweptPart] as Part
        if (part.size > 0 && sweptPlace < part.places.length) sweepPlaceOf(part, now)
        else leavePart(part)
      }
    },
  }
}

/** Where a key lies, or else the free place for it: that of its two numbers. */
function placeOf(places: Float64Array, key: number): number {
  const capacity = places.length / 2
  let place = homeOf(key, capacity)
  while (places[2 * place] !== key && places[2 * place] !== 0) place = following(place, capacity)
  return 2 * place
}

/** Moves up whatever would not be found any more across the gap. */
function remove(part: Part, place: number): void {
  const { places } = part
  const capacity = places.length / 2
  let gap = place / 2
  for (let next = following(gap, capacity); places[2 * next] !== 0; next = following(next, capacity)) {
    const home = homeOf(places[2 * next] as number, capacity)
    if (distance(home, next, capacity) < distance(gap, next, capacity)) continue
    places.copyWithin(2 * gap, 2 * next, 2 * next + 2)
    gap = next
  }
  places[2 * gap] = 0
  places[2 * gap + 1] = 0
  part.size -= 1
}

function resize(part: Part): void {
  const places = new Float64Array(2 * capacityFor(part.size))
  for (let from = 0; from < part.places.length; from += 2) {
    const key = part.places[from] as number
    if (key !== 0) places.set(part.places.subarray(from, from + 2), placeOf(places, key))
  }
  part.places = places
}
