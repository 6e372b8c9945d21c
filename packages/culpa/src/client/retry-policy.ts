import type { ApiClientError, Outcome, Stopped } from './api-client-error.ts'
import type { Attempt } from './attempt-record.ts'
import { backoffMs } from './backoff.ts'
import type { CallLimits, ClientState } from './client-options.ts'
import { conflictKind } from './conflict.ts'
import { untrusted } from './connection-failures.ts'
import { own } from './contract-facts.ts'
import type { PreparedRequest } from './prepare-request.ts'
import { RateLimitError } from './response-errors.ts'

/** An error that an attempt ended in, with what only those of a response have. */
export type Failure = ApiClientError & {
  readonly retryAfterMs?: number
  readonly headers?: Readonly<Record<string, string>>
}

/** The request, as far as it decides on a retry. */
export type Repeatable = Pick<PreparedRequest, 'replaySafe' | 'repeatable' | 'idempotencyKey'>

/**
 * What follows a failed attempt, and what became of its request: a wait and what it cost of the budget, or nothing, with
 * the reason where one was due.
 */
export type RetryPlan = { readonly outcome: Outcome } & (
  | { readonly delayMs: number; readonly cost: number; readonly stopped?: never }
  | { readonly delayMs?: never; readonly stopped?: Stopped }
)

/** True where a request only reads (RFC 9110 §9.2.1). */
export function isSafeMethod(method: string): boolean {
  return /^(GET|HEAD|OPTIONS)$/.test(method)
}

/**
 * Decides on the next attempt, and pays for it. What is no failure of transport, of load or of the moment is not repeated:
 * a retry would only meet the same answer. What the server asks to wait is kept to or given up on, never shortened.
 * @param earlier attempts of the call before the failed one
 * @param leftMs until the deadline of the call
 */
export function planRetry(
  client: Pick<ClientState, 'budget' | 'codes' | 'renamed' | 'random'>,
  error: Failure,
  request: Repeatable,
  limits: CallLimits,
  earlier: readonly Attempt[],
  leftMs: number,
): RetryPlan {
  const { code, rawCode = code, status, retryAfterMs } = error
  const advice = own(client.codes, rawCode)
  const conflict = conflictKind(own(client.renamed, rawCode) ?? rawCode, error.type)
  const isBusy = conflict === 'in_progress'
  const isHinted = retryAfterMs !== undefined
  // The server says it did nothing: too many requests, or closed until a time it gave. What it recorded it had done.
  const isLimited = /^4/.test(String(status)) && error instanceof RateLimitError
  const isUnread = !error.replayed && (status === 429 || isLimited || (status === 503 && isHinted))
  // A conflict of a key that says when to come back, or nothing at all, may be one with a request that is still running.
  const isKept = status === 409 && request.idempotencyKey && !error.replayed && (isHinted || rawCode === 'unknown')
  const outcome = isBusy || isKept || conflict === 'untold' ? 'unknown' : isUnread ? 'rejected' : error.outcome

  function isRetried(): boolean {
    // What fails in TLS will fail the next time too.
    const isFinal = untrusted.test(rawCode) || /^(aborted|EPROTO|ERR_SSL)/.test(rawCode)
    if (!status) return !isFinal && (request.replaySafe || outcome === 'not_sent')
    const said = `${error.headers?.['x-should-retry']} ${error.headers?.['stripe-should-retry']}`.toLowerCase()
    if (said.includes('false') || (error.replayed && !isBusy)) return false
    if (said.includes('true') && request.replaySafe) return true
    if (conflict === 'reused' || advice === 'never') return false
    if (isUnread || (request.idempotencyKey && (isBusy || (status === 409 && isHinted)))) return true
    if (!request.replaySafe || (status === 425 && earlier.some((one) => one.status === 425))) return false
    return advice !== undefined || /^(408|425|50[0234])$/.test(String(status))
  }

  const retry = earlier.length + 1
  if (retry >= limits.maxAttempts || !request.repeatable || !isRetried()) return { outcome }
  if (isHinted && retryAfterMs > limits.maxRetryAfterMs) return { outcome, stopped: 'retry_after' }
  const delayMs = backoffMs(retry, isUnread || isBusy ? 1000 : 200, retryAfterMs ?? 0, client.random ?? Math.random)
  if (delayMs >= leftMs) return { outcome, stopped: 'deadline' }
  const cost = client.budget.take(isHinted)
  return cost ? { outcome, delayMs, cost } : { outcome, stopped: 'budget' }
}
