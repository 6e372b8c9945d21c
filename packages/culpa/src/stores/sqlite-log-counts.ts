import type { LogCountQuery, LogEntry, LogGroup, LogSlot } from '../server/stores.ts'
import type { SqliteDatabase, SqliteValue } from './sqlite-database.ts'

const slotMs = 10_000
/** Clocks are set back by less every day. */
const clockSlackMs = 60_000

const matching = `slot >= ?1 AND (?2 IS NULL OR contract = ?2) AND status BETWEEN ?3 AND ?4
  AND (?5 IS NULL OR code = ?5) AND (?6 IS NULL OR operation = ?6) AND (?7 IS NULL OR source = ?7)`

/** Counts requests in slots of ten seconds, so that a group or a chart does not read the entries. */
export function sqliteLogCounts(db: SqliteDatabase) {
  const add = db.prepare(
    `INSERT INTO culpa_log_counts (slot, contract, operation, status, code, source, declared, count)
     VALUES (?, ?, ?, ?, ?, ?, ?, ?) ON CONFLICT DO UPDATE SET count = count + excluded.count`,
  )
  const groups = db.prepare(
    `SELECT contract, operation, status, code, declared, sum(count) AS count, max(slot) AS slot
     FROM culpa_log_counts WHERE ${matching} GROUP BY contract, operation, status, code, declared
     ORDER BY count DESC, slot DESC LIMIT 500`,
  )
  const series = db.prepare(
    `SELECT slot / CAST(?8 AS INTEGER) AS step, status / 100 AS class, sum(count) AS count
     FROM culpa_log_counts WHERE ${matching} GROUP BY step, class ORDER BY step`,
  )
  const sweep = db.prepare(
    `DELETE FROM culpa_log_counts WHERE (slot, contract, operation, status, code, source, declared) IN
     (SELECT slot, contract, operation, status, code, source, declared FROM culpa_log_counts WHERE slot < ? OR slot > ? LIMIT ?)`,
  )

  function parameters({ since, contract, statuses = [0, 999], code, operation, source }: LogCountQuery): SqliteValue[] {
    const rest = [code, operation, source].map((value) => value ?? null)
    return [Math.floor(since / slotMs), contract ?? null, ...statuses, ...rest]
  }

  return {
    /** Inside the caller's transaction. */
    add(entries: readonly LogEntry[]): void {
      const counted = new Map<string, [values: SqliteValue[], count: number]>()
      for (const { event } of entries) {
        const { at, contract, operation = '', status, code = '', source = '', declared = true } = event
        const values = [Math.floor(at / slotMs), contract, operation, status, code, source, Number(declared)]
        const key = values.join('\0')
        const found = counted.get(key)
        if (found === undefined) counted.set(key, [values, 1])
        else found[1]++
      }
      for (const [values, count] of counted.values()) add.run(...values, count)
    },
    groups(query: LogCountQuery): LogGroup[] {
      const rows = groups.all(...parameters(query)) as GroupRow[]
      return rows.map(({ contract, operation, status, code, declared, count, slot }) => ({
        contract,
        operation: operation === '' ? undefined : operation,
        status: Number(status),
        code: code === '' ? undefined : code,
        declared: Number(declared) === 1,
        count: Number(count),
        lastAt: Number(slot) * slotMs,
      }))
    },
    series(query: LogCountQuery, stepMs: number): LogSlot[] {
      const slots = Math.max(1, Math.round(stepMs / slotMs))
      const rows = series.all(...parameters(query), slots) as { step: number; class: number; count: number }[]
      const found = new Map<number, Record<number, number>>()
      for (const row of rows) {
        const at = Number(row.step) * slots * slotMs
        const counts = found.get(at) ?? {}
        counts[Number(row.class)] = Number(row.count)
        found.set(at, counts)
      }
      return [...found].map(([at, counts]) => ({ at, counts }))
    },
    /** Also of times to come, counted while the clock was wrong: they would be the newest for as long. */
    sweep(tooOld: number, now: number, limit: number): void {
      sweep.run(Math.floor(tooOld / slotMs), Math.floor((now + clockSlackMs) / slotMs), limit)
    },
  }
}

interface GroupRow {
  readonly contract: string
  readonly operation: string
  readonly status: number
  readonly code: string
  readonly declared: number
  readonly count: number
  readonly slot: number
}
