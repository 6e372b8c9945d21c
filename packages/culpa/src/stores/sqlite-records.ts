import type { IdempotencyRecord, RecordedReply } from '../server/stores.ts'
import { fromColumns, type ReplyRow, toColumns } from './reply-columns.ts'
import type { SqliteDatabase } from './sqlite-database.ts'

/** Ages of records, in milliseconds, and the clock they are told by. */
export interface RecordTimes {
  readonly now: () => number
  readonly responseTtlMs: number
  readonly tombstoneTtlMs: number
}

/** The records of a database. What time has changed is written down when it is first seen. */
export interface Records {
  /** `undefined` for none, and for a tombstone whose time is over. */
  find(scope: string): IdempotencyRecord | undefined
  /** Inserts a finished record. @throws {Error} when the scope is taken */
  insert(scope: string, fingerprint: string, reply: RecordedReply): void
  /** Inserts a record whose outcome nobody knows. @throws {Error} when the scope is taken */
  insertUnknown(scope: string, fingerprint: string): void
  /** Deletes the scope's record if its time is over. */
  clear(scope: string): void
  /** Turns up to `limit` old responses to tombstones and deletes up to `limit` old tombstones; tells how many. */
  sweep(limit: number): number
  /** Sweeps a few each time that many replies were recorded: so that nobody waits, and the file stays small. */
  sweepNowAndThen(recorded: number): void
}

interface Row extends ReplyRow {
  readonly attempt: number | bigint
  readonly fingerprint: string
  readonly state: string
  readonly lease_ends_at: number | bigint | null
  readonly finished_at: number | bigint | null
}

const sweepEvery = 64

const expire =
  "UPDATE culpa_idempotency SET state = 'expired', status = NULL, headers = NULL, body = NULL, checksum = NULL WHERE"

export function sqliteRecords(db: SqliteDatabase, { now, responseTtlMs, tombstoneTtlMs }: RecordTimes): Records {
  const find = db.prepare('SELECT * FROM culpa_idempotency WHERE scope = ?')
  const lapse = db.prepare(
    "UPDATE culpa_idempotency SET state = 'unknown', lease_ends_at = NULL WHERE attempt = ? AND state = 'running'",
  )
  const expireOne = db.prepare(`${expire} attempt = ? AND state = 'finished'`)
  const insert = db.prepare(
    `INSERT INTO culpa_idempotency (scope, fingerprint, state, finished_at, status, headers, body, checksum)
     VALUES (?, ?, 'finished', ?, ?, ?, ?, ?)`,
  )
  const insertUnknown = db.prepare(
    "INSERT INTO culpa_idempotency (scope, fingerprint, state, claimed_at) VALUES (?, ?, 'unknown', ?)",
  )
  const clear = db.prepare('DELETE FROM culpa_idempotency WHERE scope = ? AND finished_at <= ?')
  const expireSome = db.prepare(
    `${expire} attempt IN
     (SELECT attempt FROM culpa_idempotency WHERE state = 'finished' AND finished_at <= ? ORDER BY finished_at LIMIT ?)`,
  )
  const deleteSome = db.prepare(
    `DELETE FROM culpa_idempotency WHERE attempt IN
     (SELECT attempt FROM culpa_idempotency WHERE state = 'expired' AND finished_at <= ? ORDER BY finished_at LIMIT ?)`,
  )

  function runningRecord({ fingerprint, lease_ends_at }: Row, attempt: number): IdempotencyRecord {
    const leaseMs = Number(lease_ends_at) - now()
    if (leaseMs > 0) return { state: 'running', fingerprint, attempt, leaseMs }
    lapse.run(attempt)
    return { state: 'unknown', fingerprint, attempt }
  }

  function finishedRecord(row: Row, attempt: number): IdempotencyRecord | undefined {
    const { fingerprint, finished_at } = row
    const age = now() - Number(finished_at)
    if (age >= tombstoneTtlMs) return undefined
    if (row.state === 'finished' && age < responseTtlMs) {
      return { state: 'finished', fingerprint, attempt, reply: fromColumns(row) }
    }
    if (row.state === 'finished') expireOne.run(attempt)
    return { state: 'expired', fingerprint, attempt }
  }

  let sinceSweep = 0

  function sweep(limit: number): number {
    const time = Math.floor(now())
    const expired = Number(expireSome.run(time - responseTtlMs, limit).changes)
    return expired + Number(deleteSome.run(time - tombstoneTtlMs, limit).changes)
  }

  return {
    sweep,
    find(scope) {
      const row = find.get(scope) as Row | undefined
      if (row === undefined) return undefined
      const attempt = Number(row.attempt)
      const { state, fingerprint } = row
      if (state === 'running') return runningRecord(row, attempt)
      if (state === 'unknown') return { state, fingerprint, attempt }
      if (state === 'finished' || state === 'expired') return finishedRecord(row, attempt)
      throw new Error(`an idempotency record is damaged: its state is ${JSON.stringify(state)}`)
    },
    insert(scope, fingerprint, reply) {
      insert.run(scope, fingerprint, Math.floor(now()), ...toColumns(scope, reply))
    },
    insertUnknown(scope, fingerprint) {
      insertUnknown.run(scope, fingerprint, Math.floor(now()))
    },
    clear(scope) {
      clear.run(scope, Math.floor(now() - tombstoneTtlMs))
    },
    sweepNowAndThen(recorded) {
      sinceSweep += recorded
      if (sinceSweep < sweepEvery) return
      sinceSweep = 0
      sweep(2 * sweepEvery)
    },
  }
}
