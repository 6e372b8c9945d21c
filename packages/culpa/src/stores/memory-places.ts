/**
 * What tables with open addressing have in common. Numbers of 32 bits, evenly spread, choose the part and the place in
 * it where a search begins; each part grows by itself, so that nobody waits until all of a large table is moved.
 */

export const partCount = 256
export const firstCapacity = 8
const mostFull = 0.8
const leastFull = 0.1
const growth = 1.4

export function isCrowded(size: number, capacity: number): boolean {
  return size > capacity * mostFull
}

export function isRoomy(size: number, capacity: number): boolean {
  return capacity > firstCapacity && size < capacity * leastFull
}

/** The capacity that so many want. */
export function capacityFor(size: number): number {
  return Math.max(firstCapacity, Math.ceil((size / mostFull) * growth))
}

/** Where a search begins. What chose the part, the last eight bits, does not choose this. */
export function homeOf(number: number, capacity: number): number {
  return Math.floor(((number >>> 8) / 2 ** 24) * capacity)
}

export function following(place: number, capacity: number): number {
  return place + 1 === capacity ? 0 : place + 1
}

export function distance(from: number, to: number, capacity: number): number {
  return to >= from ? to - from : to - from + capacity
}
