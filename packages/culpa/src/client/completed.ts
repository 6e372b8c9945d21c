import type { ApiClientError, Outcome, Stopped } from './api-client-error.ts'
import type { Attempt } from './attempt-record.ts'

/** What is only known when a call has ended. */
export interface CallFacts {
  readonly attempts: readonly Attempt[]
  readonly outcome: Outcome
  readonly stopped?: Stopped | undefined
  /** The key that was sent: to find out with what became of the request. */
  readonly idempotencyKey?: string | undefined
}

/** Notes on the last error of a call what the whole call came to; gives that error back. */
export function completed<Failure extends ApiClientError>(error: Failure, facts: CallFacts): Failure {
  const { attempts, outcome, stopped, idempotencyKey } = facts
  // Can be read, but is not printed: like the rest of the request.
  if (idempotencyKey !== undefined) Object.defineProperty(error, 'idempotencyKey', { value: idempotencyKey })
  return Object.assign(error, { attempts: [...attempts], outcome, ...(stopped !== undefined && { stopped }) })
}
