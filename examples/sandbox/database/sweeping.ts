import type { DatabaseSync } from 'node:sqlite'
import { sqliteIdempotency } from 'culpa/sqlite'

const everyMs = 600_000
/** Records to drop in one go: few enough that no request waits for it. */
const limit = 1000

/** Drops idempotency records that are over, now and then, until the function it gives back is called. */
export function startSweeping(database: DatabaseSync): () => void {
  const records = sqliteIdempotency(database)
  const timer = setInterval(() => records.sweep(limit), everyMs)
  timer.unref()
  return () => clearInterval(timer)
}
