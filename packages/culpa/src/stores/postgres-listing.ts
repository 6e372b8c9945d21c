import type { IdempotencyListing, IdempotencyListQuery } from '../server/stores.ts'
import type { PostgresRow } from './postgres-client.ts'
import type { PostgresServer } from './postgres-server.ts'

/** Reads records for whoever operates the API; `clock` is SQL of the time now. */
export function postgresListing(server: PostgresServer, clock: () => string) {
  return async (query: IdempotencyListQuery): Promise<readonly IdempotencyListing[]> => {
    const { states, attempt = null, after = 0, limit } = query
    // A running one is asked for by its state, so that the index of what is not settled is used.
    const stored = states.includes('unknown') ? [...states, 'running'] : states
    const rows = await server.query(
      `SELECT * FROM (
         SELECT scope, attempt, claimed_at, finished_at, lease_ends_at,
           CASE WHEN state = 'running' AND lease_ends_at <= ${clock()} THEN 'unknown' ELSE state END AS state,
           ARRAY(SELECT jsonb_object_keys(steps)) AS steps
         FROM culpa_idempotency
         WHERE state = ANY($1) AND attempt > $2 AND ($3::bigint IS NULL OR attempt = $3)) AS record
       WHERE state = ANY($4) ORDER BY attempt LIMIT $5`,
      [stored, after, attempt, states, limit],
    )
    return rows.map(toListing)
  }
}

function toListing({ scope, attempt, state, claimed_at, steps }: PostgresRow): IdempotencyListing {
  return {
    scope: String(scope),
    attempt: Number(attempt),
    state: state as IdempotencyListing['state'],
    ...(claimed_at !== null && { claimedAt: Number(claimed_at) }),
    steps: steps as readonly string[],
  }
}
