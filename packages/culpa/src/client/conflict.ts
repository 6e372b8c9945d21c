/**
 * What stands behind a conflict, whatever its status: profiles fold 409 into others. `reused`: the idempotency key
 * belongs to another request. `in_progress`: a request with it is still running. `untold`: an earlier request with it may
 * have taken effect, and its answer is lost.
 */
export type ConflictKind = 'reused' | 'in_progress' | 'untold'

const kinds: readonly (readonly [kind: ConflictKind, codes: RegExp])[] = [
  ['in_progress', /idempot.*(progress|in_?(use|flight)|concurrent)|^request_in_progress/i],
  ['untold', /^idempotency_(outcome_unknown|response_expired)$/],
  ['reused', /idempot.*(reuse|mismatch)|^idempotency_error$/i],
]

/**
 * What a code and a type say of a conflict. `in_progress` may be sent again with the same key; `reused` never, and not
 * with a fresh key either, which would do the work twice.
 * @example
 * conflictKind('idempotency_in_progress') // 'in_progress'
 */
export function conflictKind(code = '', type = ''): ConflictKind | undefined {
  return kinds.find(([, codes]) => codes.test(code) || codes.test(type))?.[0]
}
