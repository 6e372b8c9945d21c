import fc from 'fast-check'
import { expect, test } from 'vitest'
import { plainCopy, scrubber } from './plain.ts'

test('a secret goes in all the forms that JSON and URLs have for it', () => {
  const scrub = scrubber(['a/b+c"d'])
  for (const form of ['a/b+c"d', 'a\\/b+c\\"d', 'a\\u002Fb\\u002bc\\u0022d', 'a%2Fb%2Bc%22d', 'A/B+C"D'])
    expect(scrub(`<${form}>`)).toBe('<[redacted]>')
})

test('a secret that begins with another goes whole', () => {
  expect(scrubber(['sk_1', 'sk_1234'])('sk_1234 sk_1')).toBe('[redacted] [redacted]')
})

test('no secret is left, whatever it is made of', () => {
  const secret = fc.string({ minLength: 4, unit: 'binary-ascii' }).filter((text) => !/^\W*redacted\W*$/i.test(text))
  fc.assert(
    fc.property(secret, (one) => {
      expect(scrubber([one])(`<${one}>`)).toBe('<[redacted]>')
    }),
  )
})

test('without secrets every text stays', () => {
  fc.assert(
    fc.property(fc.string({ unit: 'binary' }), (text) => {
      expect(scrubber([])(text)).toBe(text)
    }),
  )
})

test('a copy has what JSON can write, and nothing where it can write nothing', () => {
  const same = (text: string) => text
  expect(plainCopy({ a: [1, undefined, () => 1], b: new Date(0), c: undefined }, same)).toEqual({
    ...{ a: [1, null, null], b: '1970-01-01T00:00:00.000Z' },
  })
  const cycle: Record<string, unknown> = {}
  cycle.cycle = cycle
  for (const value of [undefined, () => 1, Symbol('a'), 1n, cycle]) expect(plainCopy(value, same)).toBeUndefined()
})

test('a member named __proto__ is a member like any other', () => {
  const copy = plainCopy(JSON.parse('{"__proto__":{"polluted":true}}'), (text) => text) as Record<string, unknown>
  expect(copy.polluted).toBeUndefined()
  expect(Object.keys(copy)).toEqual(['__proto__'])
})
