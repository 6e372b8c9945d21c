import type { RetryAdvice } from '../contract/declaration.ts'
import type { ConflictKind } from './conflict.ts'

/** A failed attempt, as far as it decides on a retry. */
export interface Failed {
  /**
   * `unsent`: no connection came about. `lost`: it broke, or time ran out, and nobody knows what the server did.
   * `answered`: a response arrived, whole. `final`: nothing to repeat, such as an abort or a certificate that is wrong.
   */
  readonly kind: 'unsent' | 'lost' | 'answered' | 'final'
  readonly status?: number
  readonly conflict?: ConflictKind
  /** A refusal for too many requests, also where a profile folds 429 into another status. */
  readonly limited?: boolean
  /** What the contract says of the code, where it is known. */
  readonly advice?: RetryAdvice | undefined
  /** What `x-should-retry` or `stripe-should-retry` said. */
  readonly shouldRetry?: boolean | undefined
  readonly hintMs?: number | undefined
  /** The server repeated the recorded answer of an earlier request with this key. */
  readonly replayed?: boolean
}

/** The request, as far as it decides on a retry. */
export interface Repeatable {
  /** Sending it twice has the effect of sending it once: by its method, or by its key. */
  readonly replaySafe: boolean
  /** Went with it, to a server that honours keys. */
  readonly idempotencyKey?: string | undefined
  /** False for a streamed body: it cannot be sent again. */
  readonly repeatable: boolean
  /** It was refused as too early (425) before. */
  readonly wasEarly: boolean
}

const unsure = [408, 500, 502, 503, 504]

/** True where a request only reads (RFC 9110 §9.2.1). */
export function isSafeMethod(method: string): boolean {
  return /^(GET|HEAD|OPTIONS)$/.test(method)
}

/** True where sending a request twice has the effect of sending it once (RFC 9110 §9.2.2; PATCH has no such promise). */
export function isIdempotentMethod(method: string): boolean {
  return isSafeMethod(method) || /^(PUT|DELETE)$/.test(method)
}

/**
 * Whether a failed attempt is repeated. What is no failure of transport, of load or of the moment never is: a retry would
 * only meet the same answer.
 * @example
 * isRetried({ kind: 'answered', status: 429 }, { replaySafe: false, repeatable: true, wasEarly: false }) // true
 */
export function isRetried(failed: Failed, request: Repeatable): boolean {
  const { kind, status = 0, conflict, advice, shouldRetry, hintMs } = failed
  if (kind === 'final' || !request.repeatable) return false
  if (kind === 'unsent') return true
  if (kind === 'lost') return request.replaySafe
  if (shouldRetry === false || (failed.replayed && status >= 500)) return false
  if (shouldRetry && request.replaySafe) return true
  if (conflict === 'reused' || advice === 'never') return false
  if (isRefusedUnread(failed)) return true
  if (request.idempotencyKey !== undefined && (conflict === 'in_progress' || (status === 409 && hintMs !== undefined)))
    return true
  if (status === 425 && request.wasEarly) return false
  return request.replaySafe && (advice !== undefined || status === 425 || unsure.includes(status))
}

/** What the waits grow from, in milliseconds: more where the server asked for room. */
export function backoffBaseMs(failed: Failed): number {
  return isRefusedUnread(failed) || failed.conflict === 'in_progress' ? 1000 : 200
}

/** True where the server says it did nothing: too many requests, or closed until a time it gave. */
export function isRefusedUnread({ status, limited, hintMs }: Failed): boolean {
  return status === 429 || limited === true || (status === 503 && hintMs !== undefined)
}

/**
 * What `x-should-retry` or `stripe-should-retry` says; `false` wins where both stand.
 * @example
 * shouldRetryOf(new Headers({ 'x-should-retry': 'false' })) // false
 */
export function shouldRetryOf(headers: Headers): boolean | undefined {
  const said = ['x-should-retry', 'stripe-should-retry'].map((name) => headers.get(name))
  return said.includes('false') ? false : said.includes('true') || undefined
}
