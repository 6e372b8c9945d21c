import fc from 'fast-check'
import { expect, test } from 'vitest'
import { utf8Length } from './utf8-length.ts'

test('is the length that an encoder writes, of any text', () => {
  const encoder = new TextEncoder()
  fc.assert(
    fc.property(fc.string({ unit: 'binary' }), fc.array(fc.integer({ min: 0, max: 0xffff })), (text, units) => {
      const any = text + String.fromCharCode(...units)
      expect(utf8Length(any)).toBe(encoder.encode(any).byteLength)
    }),
  )
})
