import type { IdempotencyListing, IdempotencyListQuery } from '../server/stores.ts'
import { listScript } from './redis-idempotency-scripts.ts'
import type { RedisCall, RedisServer } from './redis-server.ts'

/** Keys that one script looks at: a millisecond or so, for Redis does nothing else meanwhile. */
const atOnce = 500

/** Reads records for whoever operates the API: through all of them, since Redis has no index. */
export function redisListing(server: RedisServer, prefix: string, call: RedisCall) {
  const pattern = `${prefix.replace(/[[\]*?\\]/g, '\\$&')}idempotency:*`
  return async (query: IdempotencyListQuery): Promise<readonly IdempotencyListing[]> => {
    const { states, attempt, after = 0, limit } = query
    // A scan may meet a key twice.
    const found = new Map<string, IdempotencyListing>()
    let cursor = '0'
    do {
      const [next, ...records] = await server.run(listScript, [pattern], [cursor, atOnce], call)
      cursor = String(next)
      for (const one of (records as unknown[][]).map(toListing)) found.set(`${one.scope} ${one.attempt}`, one)
    } while (cursor !== '0')
    return [...found.values()]
      .filter((one) => states.includes(one.state) && one.attempt > after && (attempt ?? one.attempt) === one.attempt)
      .sort((a, b) => a.attempt - b.attempt)
      .slice(0, limit)
  }
}

/** The number of an attempt is the microsecond at which it began. */
function toListing([scope, attempt, state, steps]: unknown[]): IdempotencyListing {
  return {
    scope: String(scope),
    attempt: Number(attempt),
    state: String(state) as IdempotencyListing['state'],
    claimedAt: Math.floor(Number(attempt) / 1000),
    steps: (steps as unknown[]).map(String),
  }
}
