import type { ApiClientError, Outcome } from './api-client-error.ts'
import { type Failed, isRefusedUnread } from './retry-policy.ts'

/** Codes of a server that says itself that an earlier request with the key may have taken effect. */
const untold = /^idempotency_(outcome_unknown|response_expired)$/

/** What a failed attempt says of its own effect. */
export function attemptOutcome({ code, rawCode = code, outcome }: ApiClientError, failed: Failed): Outcome {
  if (failed.conflict === 'in_progress' || untold.test(rawCode)) return 'unknown'
  return isRefusedUnread(failed) ? 'rejected' : outcome
}

/**
 * What a call says of its effect, by the outcomes of its attempts. After one that may have taken effect only its recorded
 * answer clears that up: any other refusal can have come from a guard that stands before the key.
 */
export function callOutcome(outcomes: readonly Outcome[], isSafe: boolean, replayed: boolean): Outcome {
  const last = outcomes.at(-1) ?? 'not_sent'
  if (isSafe || (replayed && last === 'rejected')) return last
  if (outcomes.includes('unknown')) return 'unknown'
  return outcomes.includes('rejected') ? 'rejected' : last
}
