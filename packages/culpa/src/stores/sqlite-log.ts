import type { LogEntry, LogPage, LogQuery, LogStore, StoredLogEntry } from '../server/stores.ts'
import { requireNoTransaction, rollbackIfOpen, type SqliteDatabase } from './sqlite-database.ts'
import { sqliteLogCounts } from './sqlite-log-counts.ts'
import { type LineRow, lineOf, sqliteLogLines } from './sqlite-log-lines.ts'
import { requireSchema } from './sqlite-schema.ts'

export interface SqliteLogOptions {
  /** Milliseconds since the epoch; for tests. Default `Date.now`. */
  readonly now?: () => number
  /** How long an entry is kept, in milliseconds. Default 7 days. */
  readonly maxAgeMs?: number
  /** Entries kept. Default 100 000. */
  readonly maxRows?: number
  /** Bytes of entries kept, as text. Default 256 MiB. */
  readonly maxBytes?: number
  /**
   * Number of the first entry ever. Default 1. For a log that starts over with its process, one that no log before it
   * has reached: whoever follows it then goes on where the other one ended.
   */
  readonly firstId?: number
}

/** A {@link LogStore} that answers at once. */
export interface SqliteLog extends LogStore {
  write(entries: readonly LogEntry[]): number
  read(query: LogQuery): LogPage
  find(id: number): StoredLogEntry | undefined
  head(): number
  groups(...query: Parameters<LogStore['groups']>): Awaited<ReturnType<LogStore['groups']>>
  series(...query: Parameters<LogStore['series']>): Awaited<ReturnType<LogStore['series']>>
  sweep(limit: number): number
}

const dayMs = 86_400_000
/** Entries that one call of `read` looks at, at most, so that it takes some milliseconds whatever is sought. */
const scanned = 20_000

/**
 * Keeps a log in SQLite: at most `maxRows` entries of at most `maxBytes`, none older than `maxAgeMs`; `sweep` removes
 * the rest bit by bit. Give it a handle of its own, which may have `PRAGMA synchronous = NORMAL`: a log that loses its
 * last lines with the power need not wait for the disk.
 * @throws {TypeError} when `migrate(db)` was not called
 * @example
 * const recorder = recordLog(sqliteLog(db, { maxAgeMs: 86_400_000 }))
 */
export function sqliteLog(db: SqliteDatabase, options: SqliteLogOptions = {}): SqliteLog {
  requireSchema(db, 'sqliteLog', { durable: false })
  const { now = Date.now, maxAgeMs = 7 * dayMs, maxRows = 100_000, maxBytes = 256 * 1024 * 1024 } = options
  if (options.firstId !== undefined) beginAt(db, options.firstId)
  const lines = sqliteLogLines(db)
  const counts = sqliteLogCounts(db)
  const read = (order: 'ASC' | 'DESC') =>
    db.prepare(
      `SELECT * FROM culpa_log WHERE id > ? AND id < ? AND status BETWEEN ? AND ?
       AND (?5 IS NULL OR code = ?5) AND (?6 IS NULL OR operation = ?6) AND (?7 IS NULL OR request_id = ?7)
       AND (?8 IS NULL OR contract = ?8) AND (?9 IS NULL OR source = ?9) ORDER BY id ${order} LIMIT ?10`,
    )
  const newestFirst = read('DESC')
  const oldestFirst = read('ASC')
  const find = db.prepare('SELECT * FROM culpa_log LEFT JOIN culpa_log_messages USING (id) WHERE id = ?')
  const ends = db.prepare('SELECT min(id) AS first, max(id) AS last FROM culpa_log')
  // The number of the last row, also of one that was deleted.
  const newest = db.prepare("SELECT seq FROM sqlite_sequence WHERE name = 'culpa_log'")

  function head(): number {
    return Number((newest.get() as { seq: number } | undefined)?.seq ?? 0)
  }

  return {
    head,
    write(entries) {
      requireNoTransaction(db, 'sqliteLog')
      db.exec('BEGIN IMMEDIATE')
      try {
        const last = lines.insert(entries)
        counts.add(entries)
        db.exec('COMMIT')
        return last
      } catch (cause) {
        rollbackIfOpen(db)
        throw cause
      }
    },
    read({ before, after, limit, statuses = [0, 999], code, operation, requestId, contract, source }) {
      const { first, last } = ends.get() as { first: number | null; last: number | null }
      if (first === null || last === null) return { entries: [] }
      const forward = after !== undefined
      const start = forward ? Math.max(after, Number(first) - 1) : Math.min(before ?? Infinity, Number(last) + 1)
      const [above, below] = forward ? [start, start + scanned + 1] : [start - scanned - 1, start]
      const filters = [code, operation, requestId, contract, source].map((value) => value ?? null)
      const rows = (forward ? oldestFirst : newestFirst).all(above, below, ...statuses, ...filters, limit) as LineRow[]
      const isWhole = rows.length < limit
      const end = isWhole ? (forward ? Math.min(below - 1, Number(last)) : above + 1) : Number(rows.at(-1)?.id)
      const goesOn = forward ? end < Number(last) : end > Number(first)
      return { entries: rows.map(lineOf), ...(goesOn && { next: end }) }
    },
    find(id) {
      const row = find.get(id) as (LineRow & { readonly messages: string | null }) | undefined
      if (row === undefined) return undefined
      const { cause, trace, ...messages } = JSON.parse(row.messages ?? '{}') as Messages
      const line = lineOf(row)
      return { ...line, event: { ...line.event, ...(cause && { cause }), ...(trace && { trace }) }, ...messages }
    },
    groups: counts.groups,
    series: counts.series,
    sweep(limit) {
      requireNoTransaction(db, 'sqliteLog')
      const tooOld = Math.floor(now() - maxAgeMs)
      counts.sweep(tooOld, limit)
      return lines.sweep({ tooOld, maxRows, maxBytes, limit })
    },
  }
}

/** Only where no entry was ever written. */
function beginAt(db: SqliteDatabase, firstId: number): void {
  db.prepare(
    `INSERT INTO sqlite_sequence (name, seq) SELECT 'culpa_log', ?
     WHERE NOT EXISTS (SELECT 1 FROM sqlite_sequence WHERE name = 'culpa_log')`,
  ).run(firstId - 1)
}

type Messages = Pick<StoredLogEntry, 'request' | 'reply'> & Partial<Pick<StoredLogEntry['event'], 'cause' | 'trace'>>
