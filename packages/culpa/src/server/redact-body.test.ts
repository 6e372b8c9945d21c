import { expect, test } from 'vitest'
import { redactBody } from './redact-body.ts'

test('a body that nests without end is no danger to whoever logs it', () => {
  const deep = `${'['.repeat(100_000)}"token"${']'.repeat(100_000)}`
  expect(redactBody(deep, 'application/json', [])).toContain('[redacted]')
  const fields = `${'{"a":'.repeat(100_000)}"token"${'}'.repeat(100_000)}`
  expect(redactBody(fields, 'application/json', [])).toContain('[redacted]')
})
