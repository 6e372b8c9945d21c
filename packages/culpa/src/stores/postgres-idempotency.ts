import type {
  IdempotencyClaim,
  IdempotencyInspection,
  IdempotencyRecord,
  IdempotencyStore,
  MaybePromise,
  TransactionEnd,
} from '../server/stores.ts'
import type { ClientOf, PostgresPool, PostgresRow } from './postgres-client.ts'
import { postgresListing } from './postgres-listing.ts'
import { postgresRecords, replyValues } from './postgres-records.ts'
import { postgresServer } from './postgres-server.ts'
import { startSweeping } from './postgres-sweeping.ts'
import { postgresTransact } from './postgres-transact.ts'

export interface PostgresIdempotencyOptions {
  /** How long Postgres may take, waiting for a connection included, in milliseconds. Default 2000. */
  readonly timeoutMs?: number
  /** How long a response is kept after it was recorded, in milliseconds. Default 24 hours. */
  readonly responseTtlMs?: number
  /** How long the key is known after that recording, in milliseconds. Default 35 days. */
  readonly tombstoneTtlMs?: number
  /**
   * How often what is over is dropped in the background, in milliseconds: by one process of all at a time, some hundred
   * rows in a statement. `Infinity` for never. Default 60 000.
   */
  readonly sweepEveryMs?: number
  /** Milliseconds since the epoch; for tests. Default: the clock of Postgres. */
  readonly now?: (() => number) | undefined
}

export interface PostgresIdempotency<Client> extends IdempotencyStore<Client>, IdempotencyInspection {
  transact(...asked: Parameters<Transact<Client>>): Promise<IdempotencyRecord | undefined>
  /**
   * Drops up to `limit` responses that have expired and up to `limit` tombstones that are over; tells how many there
   * were. No request waits for it. The store does so by itself from its first claim on.
   */
  sweep(limit?: number): Promise<number>
  /** Ends what runs in the background. Call it before the pool is ended. */
  close(): void
}

type Transact<Client> = NonNullable<IdempotencyStore<Client>['transact']>

const dayMs = 86_400_000

/**
 * Keeps idempotency keys in Postgres 13 or later, shared by all processes. A handler's writes through `tx`, a client of the pool with
 * the transaction open, commit together with the recorded reply. A second request with the key is answered at once, not
 * kept waiting. Lease mode works as well, each step one statement; the clock of Postgres decides.
 * @throws {TypeError} for what is no pool; from its methods when `migrate(pool)` was not called
 * @example
 * const pool = new Pool()
 * await migrate(pool)
 * createApi({ contract, operations, guards: { keys, idempotency: idempotency(postgresIdempotency(pool)) } })
 */
export function postgresIdempotency<Pool extends PostgresPool>(
  pool: Pool,
  options: PostgresIdempotencyOptions = {},
): PostgresIdempotency<ClientOf<Pool>> {
  const { timeoutMs = 2000, responseTtlMs = dayMs, tombstoneTtlMs = 35 * dayMs, now } = options
  const server = postgresServer(pool, 'postgresIdempotency', timeoutMs)
  const records = postgresRecords(server, { now, responseTtlMs, tombstoneTtlMs })
  const sweeping = startSweeping(records.sweepInTurn, options.sweepEveryMs ?? 60_000)
  const { clock } = records
  const owned = () => `scope = $1 AND attempt = $2 AND state = 'running' AND lease_ends_at > ${clock()}`
  const unsettled = () =>
    `scope = $1 AND attempt = $2 AND (state = 'unknown' OR (state = 'running' AND lease_ends_at <= ${clock()}))`
  const toFinished = () =>
    `state = 'finished', lease_ends_at = NULL, steps = NULL, finished_at = ${clock()}, status = $3, headers = $4,
     body = $5, checksum = $6`

  const changes = async (statement: string, values: readonly unknown[]) =>
    (await server.finish(`${statement} RETURNING 1`, values)).length > 0
  const update = (assignments: string, where: string, values: readonly unknown[]) =>
    changes(`UPDATE culpa_idempotency SET ${assignments} WHERE ${where}`, values)
  const remove = (where: string, values: readonly unknown[]) =>
    changes(`DELETE FROM culpa_idempotency WHERE ${where}`, values)

  const release = (scope: string, attempt: number) => remove(owned(), [scope, attempt])

  /** Nobody works under a claim that was answered too late: without this its outcome would be unknown for ever. */
  const undoClaim =
    (scope: string) =>
    ([claimed]: readonly PostgresRow[]) => {
      if (claimed !== undefined) release(scope, Number(claimed.attempt)).catch(() => undefined)
    }

  async function claim(scope: string, fingerprint: string, leaseMs: number): Promise<IdempotencyClaim> {
    sweeping.begin()
    // The record in the way may be gone when it is read: whoever removed it has got on, so this ends.
    for (;;) {
      const [claimed] = await server.query(
        `INSERT INTO culpa_idempotency (scope, fingerprint, state, lease_ends_at, claimed_at)
         VALUES ($1, $2, 'running', ${clock()} + $3::bigint, ${clock()}) ON CONFLICT (scope) DO NOTHING RETURNING attempt`,
        [scope, fingerprint, Math.ceil(leaseMs)],
        undoClaim(scope),
      )
      if (claimed !== undefined) return { state: 'claimed', attempt: Number(claimed.attempt) }
      const taken = await records.find(scope)
      if (taken !== undefined) return taken
      await server.query(records.clearOf('$1'), [scope])
    }
  }

  const transact = postgresTransact(server, records, timeoutMs)

  return {
    find: (scope) => records.find(scope),
    claim,
    finish: (scope, attempt, reply) => update(toFinished(), owned(), [scope, attempt, ...replyValues(scope, reply)]),
    release,
    abandon: (scope, attempt) => update("state = 'unknown', lease_ends_at = NULL", owned(), [scope, attempt]),
    settle: (scope, attempt, reply) =>
      reply === undefined
        ? remove(unsettled(), [scope, attempt])
        : update(toFinished(), unsettled(), [scope, attempt, ...replyValues(scope, reply)]),
    async findStep(scope, step) {
      const [row] = await server.query('SELECT steps ->> $2 AS result FROM culpa_idempotency WHERE scope = $1', [
        scope,
        step,
      ])
      const result = row?.result
      return typeof result === 'string' ? new Uint8Array(Buffer.from(result, 'base64')) : undefined
    },
    saveStep: (scope, attempt, step, result) =>
      update("steps = coalesce(steps, '{}') || jsonb_build_object($3::text, $4::text)", owned(), [
        scope,
        attempt,
        step,
        Buffer.from(result.buffer, result.byteOffset, result.byteLength).toString('base64'),
      ]),
    sweep: (limit = 100) => records.sweep(limit),
    list: postgresListing(server, clock),
    close: () => sweeping.end(),
    transact(claimed, work) {
      sweeping.begin()
      // What the driver gives is what its types say.
      return transact(claimed, work as (tx: unknown) => MaybePromise<TransactionEnd>)
    },
  }
}
