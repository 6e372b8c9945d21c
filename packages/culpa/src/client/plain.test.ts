import fc from 'fast-check'
import { expect, test } from 'vitest'
import { plainCopy, scrubber } from './plain.ts'

test('a secret goes in all the forms that JSON and URLs have for it', () => {
  const secret = 'a/b+c"d'
  const scrub = scrubber([secret])
  const forms = [secret, 'a\\/b+c\\"d', 'a\\u002Fb\\u002bc\\u0022d', 'a%2Fb%2Bc%22d', 'A/B+C"D']
  const twice = [...forms.map((form) => JSON.stringify(form).slice(1, -1)), encodeURIComponent('a%2Fb%2Bc%22d')]
  for (const form of [...forms, ...twice]) expect(scrub(`<${form}>`)).toBe('<[redacted]>')
})

test('no secret is left, whatever it is made of', () => {
  const visible = fc.integer({ min: 0x21, max: 0x7e }).map((code) => String.fromCharCode(code))
  const secret = fc.string({ minLength: 4, unit: visible }).filter((text) => !/^\W*redacted\W*$/i.test(text))
  fc.assert(
    fc.property(secret, (one) => {
      expect(scrubber([one])(`<${one}>`)).toBe('<[redacted]>')
      expect(plainCopy({ [one]: one }, scrubber([one]))).toEqual({ '[redacted]': '[redacted]' })
    }),
  )
})

test('a hostile text is read in linear time', () => {
  const scrub = scrubber(['/secret'])
  const started = performance.now()
  for (const part of ['\\', '%25', '\\u002f']) scrub(part.repeat(200_000))
  expect(performance.now() - started).toBeLessThan(2000)
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
