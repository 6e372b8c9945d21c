import { expect, test } from 'vitest'
import { memorySlots } from './memory-slots.ts'

test('gives a free number again, and no other value its place', () => {
  const slots = memorySlots<string>()
  expect(['a', 'b', 'c'].map(slots.add)).toEqual([0, 1, 2])
  slots.remove(1)
  expect(slots.add('d')).toBe(1)
  expect([0, 1, 2].map(slots.get)).toEqual(['a', 'd', 'c'])
})

test('passes every value, round and round', () => {
  const slots = memorySlots<string>()
  expect(slots.next()).toBeUndefined()
  for (const value of ['a', 'b', 'c']) slots.add(value)
  slots.remove(1)
  expect(Array.from({ length: 6 }, slots.next)).toEqual([0, undefined, 2, 0, undefined, 2])
})
