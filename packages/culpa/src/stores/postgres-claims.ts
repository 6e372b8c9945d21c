import type { IdempotencyRecord } from '../server/stores.ts'
import type { PostgresConnection, PostgresRow } from './postgres-client.ts'
import { bigLiteral, lockNumber, pairLiteral, textLiteral } from './postgres-literals.ts'
import type { Records } from './postgres-records.ts'
import type { PostgresServer } from './postgres-server.ts'

export interface Claim {
  readonly scope: string
  readonly fingerprint: string
}

/** What a claim meets: a transaction that is its own now, the record in the way, or one in which somebody else is at it. */
export type Met =
  | { readonly connection: PostgresConnection }
  | { readonly record: IdempotencyRecord }
  | { readonly busy: PostgresConnection }

export interface Claims {
  /** Opens a transaction and, in the same round trip, locks the scope and reads its record. */
  enter(claim: Claim): Promise<Met>
  /** Ends a busy transaction, and tells who is at it: the same request or another; `undefined` where to ask again. */
  lookAtHolder(busy: PostgresConnection, claim: Claim): Promise<IdempotencyRecord | undefined>
  /** Ends a transaction that is to leave nothing. False when its connection was lost, which ends it as well. */
  leave(connection: PostgresConnection): Promise<boolean>
}

/** Keeps what the handler does apart from its record. */
export const savepoint = 'SAVEPOINT culpa_effects'

/** Claims are advisory locks of transactions: they end with their connection, and nobody waits for one. */
export function postgresClaims(server: PostgresServer, records: Records): Claims {
  async function enter(claim: Claim): Promise<Met> {
    const { ofScope, ofRequest } = locksOf(claim)
    const scope = textLiteral(claim.scope)
    const asked = [scope, bigLiteral(ofScope), pairLiteral(ofRequest), records.now()].join(', ')
    const { connection, results } = await server.open(`BEGIN; SELECT culpa_enter(${asked}) AS met; ${savepoint}`)
    const met = results[1]?.[0]?.met
    if (met === null) return { connection }
    if (met === 'busy') return { busy: connection }
    const row = toRow(String(met))
    const record = await orClosed(connection, async () => records.read(row))
    if (record !== undefined) {
      await leave(connection)
      // What time has changed is written down after the transaction that saw it.
      return { record: record.state === row.state ? record : ((await records.find(claim.scope)) ?? record) }
    }
    if (row.locked !== true) return { busy: connection }
    await orClosed(connection, () => server.batch(connection, `${records.clearOf(scope)}; ${savepoint}`))
    return { connection }
  }

  async function lookAtHolder(busy: PostgresConnection, claim: Claim): Promise<IdempotencyRecord | undefined> {
    const { ofScope, ofRequest } = locksOf(claim)
    const look = `WITH held AS MATERIALIZED (
        SELECT pid, classid, objid, objsubid FROM pg_locks WHERE locktype = 'advisory' AND granted
          AND database = (SELECT oid FROM pg_database WHERE datname = current_database()))
      SELECT (SELECT bool_or(other.classid = ${ofRequest.high} AND other.objid = ${ofRequest.low})
        FROM held other WHERE other.pid = held.pid AND other.objsubid = 2) AS same
      FROM held WHERE objsubid = 1 AND classid = ${ofScope.high} AND objid = ${ofScope.low}; ROLLBACK`
    const [holders] = await orClosed(busy, () => server.batch(busy, look))
    busy.release()
    const holder = holders?.[0]
    // Who has the lock of the scope alone is about to take that of its request, or has just let it go.
    if (holder === undefined || holder.same === null) return undefined
    const fingerprint = holder.same === true ? claim.fingerprint : ''
    return { state: 'running', fingerprint, attempt: 0, leaseMs: 0 }
  }

  async function leave(connection: PostgresConnection): Promise<boolean> {
    const hasEnded = await server.batch(connection, 'ROLLBACK; SELECT').then(
      () => true,
      () => false,
    )
    connection.release(!hasEnded)
    return hasEnded
  }

  return { enter, lookAtHolder, leave }
}

/** A record as `culpa_enter` tells it. */
function toRow(met: string): PostgresRow {
  const row = JSON.parse(met) as PostgresRow
  return { ...row, body: Buffer.from(String(row.body ?? ''), 'hex') }
}

/** The lock of a scope, and one of the request beside it: by that others tell what whoever holds the first is doing. */
function locksOf({ scope, fingerprint }: Claim) {
  return { ofScope: lockNumber(scope), ofRequest: lockNumber(scope, fingerprint) }
}

/** A failure closes the connection, which rolls back. */
async function orClosed<Value>(connection: PostgresConnection, body: () => Promise<Value>): Promise<Value> {
  try {
    return await body()
  } catch (cause) {
    connection.release(true)
    throw cause
  }
}
