import { createHmac } from 'node:crypto'
import fc from 'fast-check'
import { expect, test } from 'vitest'
import { secretHash } from './secret-hash.ts'

test('is HMAC-SHA-256, whatever the pepper and the secrets before', () => {
  const text = fc.string({ unit: 'binary', maxLength: 600 })
  fc.assert(
    fc.property(text, fc.array(text), (pepper, secrets) => {
      const hashed = secretHash(pepper)
      for (const secret of secrets) {
        expect(hashed(secret)).toBe(createHmac('sha256', pepper).update(secret).digest('hex'))
      }
    }),
  )
})
