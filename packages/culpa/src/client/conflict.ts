/** Codes for an idempotency key that belongs to another request; Stripe has a type for it. */
const reused = /idempot.*(reuse|mismatch)|^idempotency_error$/i

/** Codes for a request with the same idempotency key that is still running. */
const inProgress = /idempot.*(progress|in_?use|in_?flight|concurrent)|^request_in_progress$/i

/** What stands behind a conflict, whatever its status: profiles fold 409 into others. */
export type ConflictKind = 'reused' | 'in_progress' | 'other'

/**
 * What a code and a type say of a conflict. `in_progress` may be sent again with the same key; `reused` never, and not
 * with a fresh key either, which would do the work twice.
 * @example
 * conflictKind('idempotency_in_progress') // 'in_progress'
 */
export function conflictKind(code = '', type = ''): ConflictKind {
  if (inProgress.test(code)) return 'in_progress'
  return reused.test(code) || reused.test(type) ? 'reused' : 'other'
}
