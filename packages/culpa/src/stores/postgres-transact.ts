import type { IdempotencyRecord, MaybePromise, RecordedReply, TransactionEnd } from '../server/stores.ts'
import { lend } from './lent-client.ts'
import { type Claim, postgresClaims, savepoint } from './postgres-claims.ts'
import { isLost, type PostgresConnection, sqlState } from './postgres-client.ts'
import { bytesLiteral, textLiteral } from './postgres-literals.ts'
import { type Records, replyValues } from './postgres-records.ts'
import type { PostgresServer } from './postgres-server.ts'

type Work = (tx: unknown) => MaybePromise<TransactionEnd>

const uniqueViolation = '23505'
const askAgainMs = 20

/** What a commit acknowledges is on disk, whatever the settings. */
const begin = `BEGIN; SELECT set_config('synchronous_commit', 'on', true)
  WHERE current_setting('synchronous_commit') IN ('off', 'local')`

/**
 * Runs work in a transaction of a connection of its own; see `IdempotencyStore.transact`. A COMMIT that was not answered
 * is asked about for `resolveMs` before anything is said.
 */
export function postgresTransact(server: PostgresServer, records: Records, resolveMs: number) {
  const { enter, lookAtHolder, leave } = postgresClaims(server, records)

  async function keyed(claim: Claim, work: Work): Promise<IdempotencyRecord | undefined> {
    for (;;) {
      const met = await enter(claim)
      if ('record' in met) return met.record
      if ('connection' in met) return runKeyed(met.connection, claim, work)
      const holder = await lookAtHolder(met.busy, claim)
      if (holder !== undefined) return holder
      await new Promise((next) => setTimeout(next, 1))
    }
  }

  async function runKeyed(
    connection: PostgresConnection,
    claim: Claim,
    work: Work,
  ): Promise<IdempotencyRecord | undefined> {
    const end = await runWork(connection, work)
    if (end.effects === 'discard') return discard(connection)
    const verb = end.effects === 'keep' ? 'RELEASE' : 'ROLLBACK TO'
    try {
      await server.batch(connection, `${verb} ${savepoint}; ${recordOf(claim, end.reply)}; COMMIT`)
    } catch (cause) {
      return afterFailure(connection, claim, cause)
    }
    connection.release()
    return undefined
  }

  async function runWork(connection: PostgresConnection, work: Work): Promise<TransactionEnd> {
    try {
      return await lend(connection.client, work)
    } catch (cause) {
      await leave(connection)
      throw cause
    }
  }

  /** What a handler makes of a lost connection is not its answer: the database is not there. */
  async function discard(connection: PostgresConnection): Promise<undefined> {
    if (!(await leave(connection))) throw new Error('the connection was lost while the handler ran; nothing happened')
  }

  function recordOf({ scope, fingerprint }: Claim, reply: RecordedReply): string {
    const [status, headers, body, checksum] = replyValues(scope, reply)
    const values = [textLiteral(scope), textLiteral(fingerprint), records.now(), status]
    values.push(textLiteral(headers), bytesLiteral(body), checksum)
    return `SELECT culpa_record(${values.join(', ')})`
  }

  async function afterFailure(
    connection: PostgresConnection,
    claim: Claim,
    cause: unknown,
  ): Promise<IdempotencyRecord | undefined> {
    if (isLost(cause)) {
      connection.release(true)
      return resolveKeyed(claim, cause)
    }
    await leave(connection)
    const taken = sqlState(cause) === uniqueViolation ? await records.find(claim.scope) : undefined
    if (taken !== undefined) return taken
    if (!endedByHandler(cause)) throw cause
    // What the handler wrote may be in the database already, so nothing runs again.
    await server.query(
      `INSERT INTO culpa_idempotency (scope, fingerprint, state, claimed_at)
       VALUES ($1, $2, 'unknown', ${records.clock()}) ON CONFLICT DO NOTHING`,
      [claim.scope, claim.fingerprint],
    )
    throw handlerEnded()
  }

  /** Once the lost connection's process has let the lock go, the record is there or never will be. */
  function resolveKeyed(claim: Claim, cause: unknown): Promise<IdempotencyRecord> {
    return resolve(cause, async () => {
      const met = await enter(claim)
      if ('record' in met) return met.record
      await leave('connection' in met ? met.connection : met.busy)
      if ('connection' in met) throw rolledBack(cause)
      return undefined
    })
  }

  async function unkeyed(work: Work): Promise<undefined> {
    const { connection } = await server.open(`${begin}; ${savepoint}`)
    const end = await runWork(connection, work)
    if (end.effects === 'discard') return discard(connection)
    if (end.effects === 'record') {
      await leave(connection)
      return
    }
    const release = `RELEASE ${savepoint}; SELECT pg_current_xact_id_if_assigned()::text AS id`
    const [, rows] = await server.batch(connection, release).catch(async (cause) => {
      await leave(connection)
      throw endedByHandler(cause) ? handlerEnded() : cause
    })
    const id = rows?.[0]?.id
    try {
      await server.batch(connection, 'COMMIT; SELECT')
      connection.release()
    } catch (cause) {
      if (!isLost(cause)) await leave(connection)
      else connection.release(true)
      if (!isLost(cause)) throw cause
      if (typeof id === 'string') await resolveUnkeyed(id, cause)
    }
  }

  /** Without a record the server still knows what became of its transaction. */
  function resolveUnkeyed(id: string, cause: unknown): Promise<true> {
    return resolve(cause, async () => {
      const [row] = await server.query('SELECT pg_xact_status($1::xid8) AS status', [id])
      if (row?.status === 'aborted') throw rolledBack(cause)
      return row?.status === 'committed' || undefined
    })
  }

  /** Asks what became of a commit until it is known. A database that cannot be asked is asked again. */
  async function resolve<Value>(cause: unknown, ask: () => Promise<Value | undefined>): Promise<Value> {
    for (const endsAt = performance.now() + resolveMs; performance.now() < endsAt; ) {
      try {
        const answer = await ask()
        if (answer !== undefined) return answer
      } catch (thrown) {
        if (thrown instanceof RolledBack) throw thrown
      }
      await new Promise((next) => setTimeout(next, askAgainMs))
    }
    throw new Error('the connection was lost in the COMMIT, and its outcome could not be found out', { cause })
  }

  return (claim: Claim | undefined, work: Work): Promise<IdempotencyRecord | undefined> =>
    claim === undefined ? unkeyed(work) : keyed(claim, work)
}

class RolledBack extends Error {}

function rolledBack(cause: unknown): RolledBack {
  return new RolledBack('the connection was lost before the COMMIT; nothing happened', { cause })
}

const noTransaction = '25P01'
const noSavepoint = '3B001'

function endedByHandler(cause: unknown): boolean {
  return sqlState(cause) === noTransaction || sqlState(cause) === noSavepoint
}

function handlerEnded(): TypeError {
  return new TypeError(
    'a handler ended its own transaction; what it wrote is kept without a record. Remedy: no COMMIT or ROLLBACK in a handler, throw instead.',
  )
}
