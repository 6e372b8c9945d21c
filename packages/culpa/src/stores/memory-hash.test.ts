import { expect, test } from 'vitest'
import { textHash } from './memory-hash.ts'

const texts = Array.from({ length: 100_000 }, (_, number) => `writes:org_${number}:live`)

test('numbers are whole ones of 53 bits, one a text, and never 0', () => {
  const hash = textHash()
  const numbers = texts.map(hash)
  expect(numbers).toEqual(texts.map(hash))
  expect(numbers.every((number) => Number.isSafeInteger(number) && number > 0)).toBe(true)
  expect(new Set(numbers).size).toBe(texts.length)
})

test('texts that differ in a character, in length or in their order get other numbers', () => {
  const hash = textHash()
  const alike = ['', '\0', '\0\0', 'a', 'b', 'ab', 'ba', 'aa', 'aaa', 'a\0', 'ā', 'a\u0100']
  expect(new Set(alike.map(hash)).size).toBe(alike.length)
})

test('each hash has a secret of its own', () => {
  const [one, other] = [textHash(), textHash()]
  expect(texts.slice(0, 100).filter((text) => one(text) === other(text))).toEqual([])
})

test('numbers are spread evenly over parts and within them', () => {
  const hash = textHash()
  const counts = new Array(256).fill(0)
  const inPart = new Array(256).fill(0)
  for (const text of texts) {
    const number = hash(text)
    counts[number % 256] += 1
    inPart[(number >>> 8) >>> 16] += 1
  }
  // 391 on average; ten standard deviations.
  for (const count of [...counts, ...inPart]) expect(Math.abs(count - 391)).toBeLessThan(200)
})
