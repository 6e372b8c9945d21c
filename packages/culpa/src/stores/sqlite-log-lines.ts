import type { LogEntry, StoredLogEntry } from '../server/stores.ts'
import type { SqliteDatabase } from './sqlite-database.ts'

/** A row of `culpa_log`. */
export interface LineRow {
  readonly id: number
  readonly at: number
  readonly request_id: string
  readonly contract: string
  readonly method: string
  readonly target: string
  /** Where it is not the beginning of `target`. */
  readonly path: string | null
  readonly operation: string | null
  readonly status: number
  readonly duration_ms: number
  readonly code: string | null
  readonly source: string | null
  readonly declared: number | null
  readonly replayed: number | null
  readonly key_id: string | null
  readonly tenant: string | null
  readonly environment: string | null
}

/** What a log may grow to. */
export interface LogBounds {
  /** Milliseconds since the epoch. */
  readonly now: number
  readonly maxAgeMs: number
  readonly maxRows: number
  readonly maxBytes: number
  /** Rows to drop, at most. */
  readonly limit: number
}

const columns =
  'at, request_id, contract, method, target, path, operation, status, duration_ms, code, source, declared, replayed, key_id, tenant, environment, bytes'

/** About what the columns of a line without its texts take. */
const lineBytes = 100
/** Rows after which the bytes are counted again: other processes may write to the file as well. */
const recountAfter = 100_000

/** Writes and drops entries. */
export function sqliteLogLines(db: SqliteDatabase) {
  const insertLine = db.prepare(`INSERT INTO culpa_log (${columns}) VALUES (${columns.replace(/\w+/g, '?')})`)
  const insertMessages = db.prepare('INSERT INTO culpa_log_messages (id, messages) VALUES (?, ?)')
  const size = db.prepare('SELECT coalesce(sum(bytes), 0) AS bytes FROM culpa_log')
  // One by one, for each is the look at an end; both together read the whole table.
  const ends = db.prepare('SELECT (SELECT min(id) FROM culpa_log) AS first, (SELECT max(id) FROM culpa_log) AS last')
  const written = db.prepare('SELECT at FROM culpa_log WHERE id = ?')
  const firstUntil = db.prepare('SELECT at FROM culpa_log WHERE at <= ? ORDER BY id LIMIT 1')
  const oldest = db.prepare('SELECT id, at, bytes FROM culpa_log ORDER BY id LIMIT ?')
  const dropLines = db.prepare('DELETE FROM culpa_log WHERE id <= ?')
  const dropMessages = db.prepare('DELETE FROM culpa_log_messages WHERE id <= ?')
  let bytes = 0
  let sinceCount = recountAfter

  function recount(): void {
    bytes = Number((size.get() as { bytes: number }).bytes)
    sinceCount = 0
  }

  function insertOne(entry: LogEntry): { readonly id: number; readonly bytes: number } {
    const { event, target, request, reply } = entry
    const { caller, cause, trace } = event
    const hasMessages = request !== undefined || reply !== undefined || cause !== undefined || trace !== undefined
    const messages = hasMessages ? JSON.stringify({ request, reply, cause, trace }) : ''
    const length = messages.length + target.length + lineBytes
    const { lastInsertRowid } = insertLine.run(
      Math.floor(event.at),
      event.requestId,
      event.contract,
      event.method,
      target,
      target.startsWith(event.path) ? null : event.path,
      event.operation ?? null,
      event.status,
      event.durationMs,
      event.code ?? null,
      event.source ?? null,
      event.declared === undefined ? null : Number(event.declared),
      event.replayed === true ? 1 : null,
      caller?.keyId ?? null,
      caller?.tenant ?? null,
      caller?.environment ?? null,
      length,
    )
    const id = Number(lastInsertRowid)
    if (hasMessages) insertMessages.run(id, messages)
    return { id, bytes: length }
  }

  return {
    /** Gives the id of the last one. Inside the caller's transaction. */
    insert(entries: readonly LogEntry[]): number {
      let last = 0
      for (const entry of entries) {
        const inserted = insertOne(entry)
        last = inserted.id
        bytes += inserted.bytes
      }
      sinceCount += entries.length
      return last
    },
    sweep({ now, maxAgeMs, maxRows, maxBytes, limit }: LogBounds): number {
      if (sinceCount >= recountAfter) recount()
      const { first, last } = ends.get() as { first: number | null; last: number }
      if (first === null) return 0
      const tooOld = Math.floor(now - maxAgeMs)
      const { at } = written.get(first) as { at: number }
      // From a time to come, when the clock was wrong: no younger than what was written after it.
      const age = at > now ? (firstUntil.get(Math.floor(now)) as { at: number } | undefined)?.at : at
      const isOld = age !== undefined && age <= tooOld
      let rows = Number(last) - Number(first) + 1
      if (rows <= maxRows && bytes <= maxBytes && !isOld) return 0
      return drop(limit, (row) => rows-- > maxRows || bytes > maxBytes || row.at <= tooOld || (isOld && row.at > now))
    },
    /** Drops the oldest, whatever the bounds. Inside the caller's transaction, or none. */
    dropOldest(limit: number): number {
      return drop(limit, () => true)
    },
  }

  /** Drops rows as long as the condition holds. Ids have no gaps: they are dropped from the oldest on. */
  function drop(limit: number, isToGo: (row: { readonly at: number }) => boolean): number {
    let end: number | undefined
    let dropped = 0
    for (const row of oldest.all(limit) as { id: number; at: number; bytes: number }[]) {
      if (!isToGo(row)) break
      end = row.id
      dropped++
      bytes -= row.bytes
    }
    if (end === undefined) return 0
    dropLines.run(end)
    dropMessages.run(end)
    return dropped
  }
}

/** What a row tells. */
export function lineOf(row: LineRow): Omit<StoredLogEntry, 'request' | 'reply'> {
  const { operation, code, source, declared, key_id, tenant, environment } = row
  return {
    id: Number(row.id),
    target: row.target,
    event: {
      at: Number(row.at),
      requestId: row.request_id,
      contract: row.contract,
      method: row.method,
      path: row.path ?? row.target.replace(/\?.*$/s, ''),
      status: Number(row.status),
      durationMs: Number(row.duration_ms),
      ...(operation !== null && { operation }),
      ...(row.replayed !== null && { replayed: true }),
      ...(key_id !== null && {
        caller: { keyId: key_id, tenant: tenant ?? '', environment: environment ?? '' },
      }),
      ...(code !== null && { code }),
      // Written from an event, whose sources are a closed set.
      ...(source !== null && { source: source as NonNullable<StoredLogEntry['event']['source']> }),
      ...(declared !== null && { declared: Number(declared) === 1 }),
    },
  }
}
