import type { IdempotencyListing } from 'culpa'
import type { Records } from './open-records.ts'

export const everyState: readonly IdempotencyListing['state'][] = ['running', 'unknown', 'finished', 'expired']

/**
 * The record of an attempt.
 * @throws {Error} where there is none (any more)
 */
export async function findRecord(records: Records, attempt: number): Promise<IdempotencyListing> {
  const [found] = await records.list({ states: everyState, attempt, limit: 1 })
  if (found !== undefined) return found
  throw new Error(
    `there is no attempt ${attempt}: it was settled or released, or is long over. Remedy: culpa idempotency list.`,
  )
}
