import type { IdempotencyListing, IdempotencyListQuery } from '../server/stores.ts'
import type { SqliteDatabase } from './sqlite-database.ts'

interface Row {
  readonly scope: string
  readonly attempt: number | bigint
  readonly state: IdempotencyListing['state']
  readonly claimed_at: number | bigint | null
  readonly steps: string
}

/** Reads records for whoever operates the API. A claim whose lease has passed is unknown. */
export function sqliteListing(db: SqliteDatabase, now: () => number) {
  const select = db.prepare(`
    SELECT scope, attempt, claimed_at,
      CASE WHEN state = 'running' AND lease_ends_at <= ?1 THEN 'unknown' ELSE state END AS state,
      (SELECT json_group_array(step) FROM culpa_steps WHERE culpa_steps.attempt = record.attempt) AS steps
    FROM culpa_idempotency AS record
    WHERE attempt > ?2 AND (?3 IS NULL OR attempt = ?3)
      AND CASE WHEN state = 'running' AND lease_ends_at <= ?1 THEN 'unknown' ELSE state END
        IN (SELECT value FROM json_each(?4))
    ORDER BY attempt LIMIT ?5`)
  return ({ states, attempt, after = 0, limit }: IdempotencyListQuery): readonly IdempotencyListing[] => {
    const rows = select.all(Math.floor(now()), after, attempt ?? null, JSON.stringify(states), limit) as Row[]
    return rows.map(toListing)
  }
}

function toListing({ scope, attempt, state, claimed_at, steps }: Row): IdempotencyListing {
  return {
    scope,
    attempt: Number(attempt),
    state,
    ...(claimed_at !== null && { claimedAt: Number(claimed_at) }),
    steps: JSON.parse(steps) as readonly string[],
  }
}
