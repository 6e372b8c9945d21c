import type { IdempotencyRecord, MaybePromise, RecordedReply, TransactionEnd } from '../server/stores.ts'
import { isLost, type PostgresConnection, sqlState } from './postgres-client.ts'
import { bigLiteral, bytesLiteral, lockNumber, pairLiteral, textLiteral } from './postgres-literals.ts'
import { type Records, replyValues } from './postgres-records.ts'
import type { PostgresServer } from './postgres-server.ts'

type Claim = { readonly scope: string; readonly fingerprint: string }
type Work = (tx: unknown) => MaybePromise<TransactionEnd>

/** What a transaction found: a way to go on, the record in the way, or somebody who is at it. */
type Entered =
  | { readonly connection: PostgresConnection }
  | { readonly record: IdempotencyRecord }
  | { readonly busy: PostgresConnection }

const uniqueViolation = '23505'
const noTransaction = '25P01'
const noSavepoint = '3B001'

/** A commit that the server's settings would acknowledge before it is on disk waits for the disk here. */
const waitForDisk = `SELECT set_config('synchronous_commit', 'on', true)
  WHERE current_setting('synchronous_commit') IN ('off', 'local')`

const askAgainMs = 20

/** Runs work in a transaction of a connection of its own; see `IdempotencyStore.transact`. */
export function postgresTransact(server: PostgresServer, records: Records, resolveMs: number) {
  /** The lock of a scope, and that of the request beside it: who holds the first tells others by the second. */
  function locksOf({ scope, fingerprint }: Claim) {
    return { ofScope: lockNumber(scope), ofRequest: lockNumber(scope, fingerprint) }
  }

  async function enter(claim: Claim): Promise<Entered> {
    const { ofScope, ofRequest } = locksOf(claim)
    const { connection, results } = await server.open(
      `BEGIN; ${waitForDisk};
       SELECT CASE WHEN pg_try_advisory_xact_lock(${bigLiteral(ofScope)})
         THEN pg_try_advisory_xact_lock(${pairLiteral(ofRequest)}) ELSE false END AS locked;
       ${records.selectOf(textLiteral(claim.scope))}; SAVEPOINT culpa_effects`,
    )
    const locked = results[2]?.[0]?.locked === true
    const row = results[3]?.[0]
    if (row === undefined) return locked ? { connection } : { busy: connection }
    const record = records.read(row)
    if (record !== undefined) {
      await leave(connection)
      // Seen in the transaction, so written down after it.
      return { record: record.state === row.state ? record : ((await records.find(claim.scope)) ?? record) }
    }
    if (!locked) return { busy: connection }
    await server.batch(connection, `${records.clearOf(textLiteral(claim.scope))}; SAVEPOINT culpa_effects`)
    return { connection }
  }

  /** Who is at it does the same, or something else; nobody any more, then it can be tried again. */
  async function lookAtHolder(connection: PostgresConnection, claim: Claim): Promise<IdempotencyRecord | undefined> {
    const { ofScope, ofRequest } = locksOf(claim)
    const [held = []] = await server.batch(
      connection,
      `WITH held AS MATERIALIZED (
         SELECT pid, classid, objid, objsubid FROM pg_locks WHERE locktype = 'advisory' AND granted
           AND database = (SELECT oid FROM pg_database WHERE datname = current_database()))
       SELECT EXISTS (SELECT FROM held other WHERE other.pid = held.pid AND other.objsubid = 2
         AND other.classid = ${ofRequest.high} AND other.objid = ${ofRequest.low}) AS same
       FROM held WHERE objsubid = 1 AND classid = ${ofScope.high} AND objid = ${ofScope.low}; ROLLBACK`,
    )
    connection.release()
    if (held[0] === undefined) return undefined
    const fingerprint = held[0].same === true ? claim.fingerprint : ''
    return { state: 'running', fingerprint, attempt: 0, leaseMs: 0 }
  }

  /** Ends a transaction that is to leave nothing. Closing the connection does so too. */
  async function leave(connection: PostgresConnection): Promise<void> {
    const ended = await server.batch(connection, 'ROLLBACK; SELECT').then(
      () => true,
      () => false,
    )
    connection.release(!ended)
  }

  async function keyed(claim: Claim, work: Work): Promise<IdempotencyRecord | undefined> {
    for (;;) {
      const entered = await enter(claim)
      if ('record' in entered) return entered.record
      if ('connection' in entered) return runKeyed(entered.connection, claim, work)
      const holder = await lookAtHolder(entered.busy, claim)
      if (holder !== undefined) return holder
    }
  }

  async function runKeyed(
    connection: PostgresConnection,
    claim: Claim,
    work: Work,
  ): Promise<IdempotencyRecord | undefined> {
    const end = await runWork(connection, work)
    if (end.effects === 'discard') {
      await leave(connection)
      return undefined
    }
    const verb = end.effects === 'keep' ? 'RELEASE' : 'ROLLBACK TO'
    try {
      await server.batch(connection, `${verb} SAVEPOINT culpa_effects; ${insertOf(claim, end.reply)}; COMMIT`)
    } catch (cause) {
      return afterFailure(connection, claim, cause)
    }
    connection.release()
    return undefined
  }

  async function runWork(connection: PostgresConnection, work: Work): Promise<TransactionEnd> {
    try {
      return await work(connection.client)
    } catch (cause) {
      await leave(connection)
      throw cause
    }
  }

  function insertOf({ scope, fingerprint }: Claim, reply: RecordedReply): string {
    const [status, headers, body, checksum] = replyValues(scope, reply)
    const values = [textLiteral(scope), textLiteral(fingerprint), "'finished'", records.clock(), status]
    values.push(textLiteral(headers), bytesLiteral(body), checksum)
    return `INSERT INTO culpa_idempotency (scope, fingerprint, state, finished_at, status, headers, body, checksum)
      VALUES (${values.join(', ')})`
  }

  async function afterFailure(
    connection: PostgresConnection,
    claim: Claim,
    cause: unknown,
  ): Promise<IdempotencyRecord | undefined> {
    if (isLost(cause)) {
      connection.release(true)
      return resolveCommit(claim, cause)
    }
    await leave(connection)
    if (sqlState(cause) === uniqueViolation) {
      const record = await records.find(claim.scope)
      if (record !== undefined) return record
    }
    if (sqlState(cause) === noTransaction || sqlState(cause) === noSavepoint) return ended(claim)
    throw cause
  }

  /** What the handler wrote may be in the database already, so nothing runs again. */
  async function ended({ scope, fingerprint }: Claim): Promise<never> {
    await server.query(
      `INSERT INTO culpa_idempotency (scope, fingerprint, state) VALUES ($1, $2, 'unknown') ON CONFLICT DO NOTHING`,
      [scope, fingerprint],
    )
    throw handlerEnded()
  }

  /**
   * The connection was lost in the COMMIT. Once its server process has let the lock go, the record is there or never
   * will be.
   */
  async function resolveCommit(claim: Claim, cause: unknown): Promise<IdempotencyRecord> {
    for (const until = performance.now() + resolveMs; performance.now() < until; ) {
      const entered = await enter(claim).catch(() => undefined)
      if (entered !== undefined && 'record' in entered) return entered.record
      if (entered !== undefined && 'connection' in entered) {
        await leave(entered.connection)
        throw new Error('the connection was lost before the commit; nothing happened', { cause })
      }
      if (entered !== undefined) await leave(entered.busy)
      await new Promise((resolve) => setTimeout(resolve, askAgainMs))
    }
    throw new Error('the connection was lost in the commit; a retry with the same key will tell', { cause })
  }

  async function unkeyed(work: Work): Promise<undefined> {
    const { connection } = await server.open(`BEGIN; ${waitForDisk}; SAVEPOINT culpa_effects`)
    const end = await runWork(connection, work)
    if (end.effects !== 'keep') return void (await leave(connection))
    let xid: unknown
    try {
      const results = await server.batch(
        connection,
        'RELEASE SAVEPOINT culpa_effects; SELECT pg_current_xact_id_if_assigned()::text AS xid',
      )
      xid = results[1]?.[0]?.xid
    } catch (cause) {
      await leave(connection)
      throw sqlState(cause) === noTransaction || sqlState(cause) === noSavepoint ? handlerEnded() : cause
    }
    try {
      await server.batch(connection, 'COMMIT; SELECT')
    } catch (cause) {
      if (!isLost(cause)) {
        await leave(connection)
        throw cause
      }
      connection.release(true)
      if (typeof xid === 'string') await resolveXid(xid, cause)
      return
    }
    connection.release()
  }

  /** Without a record the server still knows what became of its transaction. */
  async function resolveXid(xid: string, cause: unknown): Promise<void> {
    for (const until = performance.now() + resolveMs; performance.now() < until; ) {
      const rows = await server.query('SELECT pg_xact_status($1::xid8) AS status', [xid]).catch(() => [])
      const status = rows[0]?.status
      if (status === 'committed') return
      if (status === 'aborted')
        throw new Error('the connection was lost before the commit; nothing happened', { cause })
      await new Promise((resolve) => setTimeout(resolve, askAgainMs))
    }
    throw new TypeError('the connection was lost in the commit, and its outcome could not be found out', { cause })
  }

  return (claim: Claim | undefined, work: Work): Promise<IdempotencyRecord | undefined> =>
    claim === undefined ? unkeyed(work) : keyed(claim, work)
}

function handlerEnded(): TypeError {
  return new TypeError(
    'a handler ended its own transaction; what it wrote is kept without a record. Remedy: no COMMIT or ROLLBACK in a handler, throw instead.',
  )
}
