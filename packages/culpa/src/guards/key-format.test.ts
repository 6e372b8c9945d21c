import fc from 'fast-check'
import { expect, test } from 'vitest'
import { formatKey, parseKey, randomKeyId, randomSecret } from './key-format.ts'

const base62 = (min: number, max: number) => fc.stringMatching(new RegExp(`^[0-9A-Za-z]{${min},${max}}$`))
const word = fc.stringMatching(/^[a-z][a-z0-9]{0,9}$/)
const parts = fc.record({ prefix: word, environment: word, keyId: base62(12, 12), secret: base62(30, 60) })

test('every key that is put together is taken apart again', () => {
  fc.assert(
    fc.property(parts, (key) => {
      expect(parseKey(formatKey(key))).toEqual(key)
    }),
  )
})

test('one wrong character is found by the checksum', () => {
  fc.assert(
    fc.property(parts, fc.nat(), base62(1, 1), (key, seed, character) => {
      const text = formatKey(key)
      const place = seed % text.length
      fc.pre(text[place] !== character)
      expect(parseKey(text.slice(0, place) + character + text.slice(place + 1))).toBeUndefined()
    }),
  )
})

test('two swapped characters are found by the checksum', () => {
  fc.assert(
    fc.property(parts, fc.nat(), (key, seed) => {
      const text = formatKey(key)
      const place = text.length - 2 - (seed % 40)
      const [first, second] = [text[place] as string, text[place + 1] as string]
      fc.pre(first !== second)
      expect(parseKey(text.slice(0, place) + second + first + text.slice(place + 2))).toBeUndefined()
    }),
  )
})

test.each([
  [''],
  ['sk_test_'],
  ['sk_test'],
  ['Bearer'],
  ['sk_test_'.padEnd(1000, 'a')],
  [`${formatKey({ prefix: 'sk', environment: 'test', keyId: randomKeyId(), secret: randomSecret() })}\n`],
  [formatKey({ prefix: 'SK', environment: 'test', keyId: randomKeyId(), secret: randomSecret() })],
  [formatKey({ prefix: 'sk', environment: 'test', keyId: randomKeyId(), secret: 'short' })],
])('what is no key is undefined: case %#', (text) => {
  expect(parseKey(text)).toBeUndefined()
})

test('a fresh key has the documented form: prefix, environment, 12 + 30 or more + 6 of base 62', () => {
  const text = formatKey({ prefix: 'sk', environment: 'live', keyId: randomKeyId(), secret: randomSecret() })
  expect(text).toMatch(/^sk_live_[0-9A-Za-z]{12}[0-9A-Za-z]{30,}[0-9A-Za-z]{6}$/)
})

test('fresh ids and secrets are all different and use the whole alphabet', () => {
  const made = Array.from({ length: 500 }, () => randomKeyId() + randomSecret())
  expect(new Set(made).size).toBe(500)
  expect(new Set(made.join('')).size).toBe(62)
})
