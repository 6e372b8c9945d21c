import fc from 'fast-check'
import { expect, test } from 'vitest'
import { bytesLiteral, textLiteral } from './postgres-literals.ts'

test('whatever a text holds, its literal ends nowhere but at its end', () => {
  fc.assert(
    fc.property(fc.string({ unit: 'binary' }), (text) => {
      expect(textLiteral(text)).toMatch(/^E'(?:[^'\\;\0]|\\U[0-9a-f]{8})*'$/)
    }),
  )
  expect(textLiteral("a'; DROP--\\")).toBe("E'a\\U00000027\\U0000003b DROP--\\U0000005c'")
})

test('bytes are hexadecimal digits', () => {
  expect(bytesLiteral(Uint8Array.of(0, 39, 255))).toBe("decode('0027ff', 'hex')")
})
