import type { IdempotencyRecord, RecordedReply } from '../server/stores.ts'
import type { PostgresRow } from './postgres-client.ts'
import type { PostgresServer } from './postgres-server.ts'
import { fromColumns, type ReplyRow, toColumns } from './reply-columns.ts'

/** Ages of records, in milliseconds, and the clock they are told by. */
export interface RecordTimes {
  /** Milliseconds since the epoch; for tests. Default: the clock of Postgres. */
  readonly now?: (() => number) | undefined
  readonly responseTtlMs: number
  readonly tombstoneTtlMs: number
}

/** The records of a database. What time has changed is written down when it is first seen. */
export interface Records {
  /** SQL of the time now, in milliseconds; `now` is NULL where the clock of Postgres is to say. */
  clock(): string
  now(): string
  /** SQL that reads the record of a scope, itself SQL. */
  selectOf(scope: string): string
  /** What a row says; `undefined` when the time of its tombstone is over. */
  read(row: PostgresRow): IdempotencyRecord | undefined
  find(scope: string): Promise<IdempotencyRecord | undefined>
  /** SQL that deletes the record of a scope, itself SQL, if its time is over. */
  clearOf(scope: string): string
  /** Turns up to `limit` old responses to tombstones and deletes up to `limit` old tombstones; tells how many. */
  sweep(limit: number): Promise<number>
  /** The same, unless somebody else is at it at this moment. */
  sweepInTurn(limit: number): Promise<number>
}

/** A lock for as long as the statement takes; a subquery of its own, so that it is asked for once and not for each row. */
const myTurn = '(SELECT pg_try_advisory_xact_lock(7203418266))'

const expire = "state = 'expired', status = NULL, headers = NULL, body = NULL, checksum = NULL"

export function postgresRecords(server: PostgresServer, times: RecordTimes): Records {
  const { now, responseTtlMs, tombstoneTtlMs } = times

  const clock = () => `culpa_clock(${givenTime()})`
  const givenTime = () => (now === undefined ? 'NULL' : String(Math.floor(now())))

  function selectOf(scope: string): string {
    const time = clock()
    return `SELECT scope, attempt, fingerprint, state, status, headers, body, checksum,
      lease_ends_at - ${time} AS left_ms, ${time} - finished_at AS age_ms
      FROM culpa_idempotency WHERE scope = ${scope}`
  }

  const clearOf = (scope: string) =>
    `DELETE FROM culpa_idempotency WHERE scope = ${scope} AND finished_at <= ${clock()} - ${tombstoneTtlMs}`

  function read(row: PostgresRow): IdempotencyRecord | undefined {
    const known = { fingerprint: String(row.fingerprint), attempt: Number(row.attempt) }
    const ageMs = Number(row.age_ms)
    switch (row.state) {
      case 'running':
        if (Number(row.left_ms) <= 0) return { state: 'unknown', ...known }
        return { state: 'running', ...known, leaseMs: Number(row.left_ms) }
      case 'unknown':
        return { state: 'unknown', ...known }
      case 'finished':
      case 'expired':
        if (ageMs >= tombstoneTtlMs) return undefined
        if (row.state === 'expired' || ageMs >= responseTtlMs) return { state: 'expired', ...known }
        return { state: 'finished', ...known, reply: fromColumns(toReplyRow(row)) }
      default:
        throw new Error(`an idempotency record is damaged: its state is ${JSON.stringify(row.state)}`)
    }
  }

  async function find(scope: string): Promise<IdempotencyRecord | undefined> {
    const [row] = await server.query(selectOf('$1'), [scope])
    const record = row && read(row)
    if (row === undefined || record === undefined) return undefined
    if (record.state === 'unknown' && row.state === 'running') {
      await server.query(
        `UPDATE culpa_idempotency SET state = 'unknown', lease_ends_at = NULL
         WHERE scope = $1 AND attempt = $2 AND state = 'running'`,
        [scope, record.attempt],
      )
    } else if (record.state === 'expired' && row.state === 'finished') {
      await server.query(
        `UPDATE culpa_idempotency SET ${expire} WHERE scope = $1 AND attempt = $2 AND state = 'finished'`,
        [scope, record.attempt],
      )
    }
    return record
  }

  /** Rows that somebody is at are left for another time, so that nobody waits. */
  const some = (state: string, ageMs: number, limit: number) =>
    `(SELECT scope FROM culpa_idempotency WHERE state = '${state}' AND finished_at <= ${clock()} - ${ageMs}
      ORDER BY finished_at LIMIT ${Math.floor(limit)} FOR UPDATE SKIP LOCKED)`

  async function sweepIf(condition: string, limit: number): Promise<number> {
    const old = some('finished', responseTtlMs, limit)
    const toExpire = `UPDATE culpa_idempotency SET ${expire} WHERE ${condition} AND scope IN ${old} RETURNING 1`
    const expired = await server.query(toExpire, [])
    const over = some('expired', tombstoneTtlMs, limit)
    const toDelete = `DELETE FROM culpa_idempotency WHERE ${condition} AND scope IN ${over} RETURNING 1`
    const deleted = await server.query(toDelete, [])
    return expired.length + deleted.length
  }

  return {
    clock,
    now: givenTime,
    selectOf,
    read,
    find,
    clearOf,
    sweep: (limit) => sweepIf('true', limit),
    sweepInTurn: (limit) => sweepIf(myTurn, limit),
  }
}

/** A driver gives bytes as a view of what it has read, and 64 bits as text. */
function toReplyRow({ scope, status, headers, body, checksum }: PostgresRow): ReplyRow {
  return {
    scope: String(scope),
    status: Number(status),
    headers: String(headers),
    body: new Uint8Array(body as Uint8Array),
    checksum: Number(checksum),
  }
}

/** The reply as values of `status, headers, body, checksum`. */
export function replyValues(scope: string, reply: RecordedReply): [number, string, Uint8Array, number] {
  const [status, headers, body, checksum] = toColumns(scope, reply)
  return [status, headers, Buffer.from(body.buffer, body.byteOffset, body.byteLength), checksum]
}
