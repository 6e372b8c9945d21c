import type {
  IdempotencyClaim,
  IdempotencyInspection,
  IdempotencyListing,
  IdempotencyListQuery,
  IdempotencyRecord,
  IdempotencyStore,
} from '../server/stores.ts'
import { toColumns } from './reply-columns.ts'
import { changes, requireNoTransaction, type SqliteDatabase } from './sqlite-database.ts'
import { sqliteListing } from './sqlite-listing.ts'
import { sqliteRecords } from './sqlite-records.ts'
import { requireSchema } from './sqlite-schema.ts'
import { sqliteTransact } from './sqlite-transact.ts'

export interface SqliteIdempotencyOptions {
  /** Milliseconds since the epoch, the same clock for all processes on the file; for tests. Default `Date.now`. */
  readonly now?: () => number
  /** How long a response is kept after it was recorded, in milliseconds. Default 24 hours. */
  readonly responseTtlMs?: number
  /** How long the key is known after that recording, in milliseconds. Default 35 days. */
  readonly tombstoneTtlMs?: number
}

export interface SqliteIdempotency<Database extends SqliteDatabase>
  extends IdempotencyStore<Database>,
    IdempotencyInspection {
  list(query: IdempotencyListQuery): readonly IdempotencyListing[]
  transact(...asked: Parameters<Transact<Database>>): Promise<IdempotencyRecord | undefined>
  /**
   * Drops up to `limit` responses that have expired and up to `limit` tombstones that are over; tells how many there
   * were. Recording does so by itself, a few at a time; call it where nothing is recorded any more.
   */
  sweep(limit?: number): number
}

type Transact<Database> = NonNullable<IdempotencyStore<Database>['transact']>

const dayMs = 86_400_000
const owned = "scope = ? AND attempt = ? AND state = 'running' AND lease_ends_at > ?"
const unsettled = "scope = ? AND attempt = ? AND (state = 'unknown' OR (state = 'running' AND lease_ends_at <= ?))"
const toFinished =
  "state = 'finished', lease_ends_at = NULL, finished_at = ?, status = ?, headers = ?, body = ?, checksum = ?"

/**
 * Keeps idempotency keys in SQLite, shared by all processes on the file. A handler's writes through `tx`, which is
 * the handle itself, commit together with the recorded reply; such a handler must be synchronous. Requests that arrive
 * together share one commit. Lease mode works as well, each step one atomic statement.
 * @throws {TypeError} when `migrate(db)` was not called; from its methods while another transaction is open on the handle
 * @example
 * const db = new DatabaseSync('api.db')
 * migrate(db)
 * createApi({ contract, operations, guards: { keys, idempotency: idempotency(sqliteIdempotency(db)) } })
 */
export function sqliteIdempotency<Database extends SqliteDatabase>(
  db: Database,
  options: SqliteIdempotencyOptions = {},
): SqliteIdempotency<Database> {
  requireSchema(db, 'sqliteIdempotency')
  const { now = Date.now, responseTtlMs = dayMs, tombstoneTtlMs = 35 * dayMs } = options
  const records = sqliteRecords(db, { now, responseTtlMs, tombstoneTtlMs })
  const insertClaim = db.prepare(
    `INSERT INTO culpa_idempotency (scope, fingerprint, state, lease_ends_at, claimed_at) VALUES (?, ?, 'running', ?, ?)
     ON CONFLICT (scope) DO NOTHING`,
  )
  const finish = db.prepare(`UPDATE culpa_idempotency SET ${toFinished} WHERE ${owned}`)
  const release = db.prepare(`DELETE FROM culpa_idempotency WHERE ${owned}`)
  const abandon = db.prepare(`UPDATE culpa_idempotency SET state = 'unknown', lease_ends_at = NULL WHERE ${owned}`)
  const settleFinished = db.prepare(`UPDATE culpa_idempotency SET ${toFinished} WHERE ${unsettled}`)
  const settleNothing = db.prepare(`DELETE FROM culpa_idempotency WHERE ${unsettled}`)
  const findStep = db.prepare(
    'SELECT result FROM culpa_idempotency JOIN culpa_steps USING (attempt) WHERE scope = ? AND step = ?',
  )
  const saveStep = db.prepare(
    `INSERT INTO culpa_steps (attempt, step, result) SELECT attempt, ?, ? FROM culpa_idempotency WHERE ${owned}
     ON CONFLICT (attempt, step) DO UPDATE SET result = excluded.result`,
  )

  function time(): number {
    requireNoTransaction(db, 'sqliteIdempotency')
    return Math.floor(now())
  }

  return {
    find(scope) {
      time()
      return records.find(scope)
    },
    claim(scope, fingerprint, leaseMs): IdempotencyClaim {
      const at = time()
      const endsAt = at + Math.ceil(leaseMs)
      // The record in the way may be gone when it is read: whoever removed it has got on, so this ends.
      for (;;) {
        const { changes: inserted, lastInsertRowid } = insertClaim.run(scope, fingerprint, endsAt, at)
        if (Number(inserted) > 0) return { state: 'claimed', attempt: Number(lastInsertRowid) }
        const taken = records.find(scope)
        if (taken !== undefined) return taken
        records.clear(scope)
      }
    },
    finish(scope, attempt, reply) {
      const at = time()
      const isFinished = changes(finish, at, ...toColumns(scope, reply), scope, attempt, at)
      records.sweepNowAndThen(1)
      return isFinished
    },
    release: (scope, attempt) => changes(release, scope, attempt, time()),
    abandon: (scope, attempt) => changes(abandon, scope, attempt, time()),
    settle(scope, attempt, reply) {
      const at = time()
      if (reply === undefined) return changes(settleNothing, scope, attempt, at)
      return changes(settleFinished, at, ...toColumns(scope, reply), scope, attempt, at)
    },
    findStep: (scope, step) => (findStep.get(scope, step) as { result: Uint8Array } | undefined)?.result,
    saveStep: (scope, attempt, step, result) => changes(saveStep, step, result, scope, attempt, time()),
    sweep(limit = 100) {
      time()
      return records.sweep(limit)
    },
    list: sqliteListing(db, now),
    transact: sqliteTransact(db, records),
  }
}
