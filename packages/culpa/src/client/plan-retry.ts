import type { Stopped } from './api-client-error.ts'
import { backoffMs } from './backoff.ts'
import type { CallLimits, ClientState } from './client-options.ts'
import { backoffBaseMs, type Failed, isRetried, type Repeatable } from './retry-policy.ts'

/** What follows a failed attempt: a wait and what it cost of the budget, or nothing, with the reason where one was due. */
export type RetryPlan =
  | { readonly delayMs: number; readonly cost: number }
  | { readonly delayMs?: never; readonly stopped?: Stopped }

/** Where a call stands when an attempt has failed. */
export interface Standing {
  readonly limits: CallLimits
  /** Attempts made. */
  readonly attempts: number
  /** Until the deadline of the call. */
  readonly leftMs: number
}

/** Decides on the next attempt and pays for it. What the server asks to wait is kept to or given up on, never shortened. */
export function planRetry(client: ClientState, failed: Failed, request: Repeatable, standing: Standing): RetryPlan {
  const { limits, attempts, leftMs } = standing
  const { hintMs } = failed
  if (attempts >= limits.maxAttempts || !isRetried(failed, request)) return {}
  if (hintMs !== undefined && hintMs > limits.maxRetryAfterMs) return { stopped: 'retry_after' }
  const delayMs = backoffMs({ retry: attempts, baseMs: backoffBaseMs(failed), hintMs }, client.random)
  if (delayMs >= leftMs) return { stopped: 'deadline' }
  const cost = client.budget.take(hintMs !== undefined)
  return cost === 0 ? { stopped: 'budget' } : { delayMs, cost }
}
