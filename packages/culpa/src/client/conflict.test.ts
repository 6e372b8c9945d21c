import { expect, test } from 'vitest'
import { conflictKind } from './conflict.ts'

test.each([
  ['idempotency_key_reused', 'invalid_request_error', 'reused'],
  ['IDEMPOTENCY_KEY_REUSED', '', 'reused'],
  ['idempotency_key_mismatch', '', 'reused'],
  ['', 'idempotency_error', 'reused'],
  ['idempotency_in_progress', '', 'in_progress'],
  ['idempotency_key_in_use', 'idempotency_error', 'in_progress'],
  ['idempotency_outcome_unknown', '', 'untold'],
  ['idempotency_response_expired', '', 'untold'],
  ['idempotency_key_missing', '', undefined],
  ['email_taken', 'conflict_error', undefined],
  ['resource_locked', '', undefined],
])('%s of type "%s" is %s', (code, type, kind) => {
  expect(conflictKind(code, type)).toBe(kind)
})

test('nothing known is no conflict of keys', () => {
  expect(conflictKind()).toBeUndefined()
})
