import { expect, test } from 'vitest'
import { memorySlabs } from './memory-slabs.ts'

const blockBytes = 4096
const perSlab = 16

/** Slabs with so many of them full of blocks of one length. */
function filled(slabCount: number) {
  const slabs = memorySlabs(() => blockBytes)
  const references = Array.from({ length: slabCount * perSlab }, () => slabs.take(blockBytes))
  return { slabs, references }
}

test('gives each block a room of its own', () => {
  const { slabs, references } = filled(3)
  expect(new Set(references).size).toBe(3 * perSlab)
  references.forEach((reference, index) => {
    const start = slabs.startOf(reference)
    slabs.slabOf(reference).bytes.fill(index, start, start + blockBytes)
  })
  references.forEach((reference, index) => {
    const start = slabs.startOf(reference)
    const room = slabs.slabOf(reference).bytes.subarray(start, start + blockBytes)
    expect(room.every((byte) => byte === index)).toBe(true)
  })
})

test('passes every block once a round', () => {
  const { slabs, references } = filled(3)
  const round = () => references.map(slabs.next)
  expect(round()).toEqual(references)
  expect(round()).toEqual(references)
})

test('passes a slab from its start that took the place of the one it was in', () => {
  const { slabs, references } = filled(2)
  for (let count = 0; count < perSlab / 2; count += 1) slabs.next()
  for (const reference of references.slice(0, perSlab)) slabs.give(reference, blockBytes)
  const again = slabs.take(blockBytes)
  expect(again).toBe(references[0])
  expect(slabs.next()).toBe(again)
})

test('gives a slab back with its last block, and the newest one once there is a newer', () => {
  const { slabs, references } = filled(2)
  const both = slabs.byteLength
  for (const reference of references.slice(1)) slabs.give(reference, blockBytes)
  expect(slabs.byteLength).toBe(both)
  slabs.take(blockBytes)
  expect(slabs.byteLength).toBe(both)
  slabs.give(references[0] as number, blockBytes)
  expect(slabs.byteLength).toBe(both / 2)
})

test('a slab is sparse when half of it is not wanted, but never the newest', () => {
  const { slabs, references } = filled(2)
  const [first, last] = [references[0] as number, references.at(-1) as number]
  for (const reference of references.slice(0, perSlab / 2)) slabs.give(reference, blockBytes)
  expect(slabs.isSparse(first)).toBe(false)
  for (const reference of references.slice(perSlab / 2, -1)) slabs.give(reference, blockBytes)
  expect(slabs.isSparse(last)).toBe(false)
})

test('tells that a few bytes more than half a slab are wanted no more', () => {
  const { slabs, references } = filled(2)
  for (const reference of references.slice(0, perSlab / 2 + 1)) slabs.give(reference, blockBytes)
  expect(slabs.isSparse(references[perSlab - 1] as number)).toBe(true)
})
