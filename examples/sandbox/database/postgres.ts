import { type IdempotencyStore, refusal } from 'culpa'
import { migrate, postgresIdempotency, postgresKeys } from 'culpa/postgres'
import { DatabaseError, Pool, type PoolClient } from 'pg'
import { type Database, DatabaseAbsent } from './database.ts'
import { fromKept, fromKeptJson, toKept, toKeptJson } from './postgres-text.ts'
import { type Ask, perform, type Row, type Statement, type Value } from './work.ts'

/** The sandbox's own: what else is in the database stays as it is. */
const schema = 'culpa_sandbox'
/** Longer than an API would wait: a busy laptop is not a lost Postgres. */
const timeoutMs = 5_000

/** JSON, not JSONB: members stay in their order. Held by the lock, for processes may make them at once. */
const tables = `
  SELECT pg_advisory_xact_lock(5120497316);
  CREATE SCHEMA IF NOT EXISTS ${schema};
  CREATE TABLE IF NOT EXISTS resource (
    seq BIGINT GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    kind TEXT NOT NULL, id TEXT NOT NULL, tenant TEXT NOT NULL,
    data JSON NOT NULL, version INTEGER NOT NULL DEFAULT 1, deleted INTEGER NOT NULL DEFAULT 0,
    natural_key TEXT, created BIGINT NOT NULL
  );
  CREATE UNIQUE INDEX IF NOT EXISTS resource_id ON resource (kind, id);
  CREATE UNIQUE INDEX IF NOT EXISTS resource_natural_key
    ON resource (kind, tenant, natural_key) WHERE natural_key IS NOT NULL AND deleted = 0;
  CREATE INDEX IF NOT EXISTS resource_list ON resource (kind, tenant, seq) WHERE deleted = 0;
`

/**
 * Empties what the sandbox has in a Postgres.
 * @throws {Error} one line, when it cannot
 */
export async function emptyPostgres(url: string): Promise<void> {
  const pool = poolOf(url)
  try {
    await pool.query(`DROP SCHEMA IF EXISTS ${schema} CASCADE`)
  } catch (cause) {
    throw unusable(cause)
  } finally {
    await pool.end()
  }
}

/** The sandbox's data in a schema of Postgres, shared by all processes. */
export function postgresDatabase(url: string): Database {
  const pool = poolOf(url)
  const stores: { close(): void }[] = []
  const asking =
    (connection: Pool | PoolClient): Ask =>
    (statement) =>
      ask(connection, statement)

  function idempotency(now?: () => number): IdempotencyStore {
    const store = postgresIdempotency(pool, { now, timeoutMs })
    stores.push(store)
    return store
  }

  return {
    keys: postgresKeys(pool, { timeoutMs }),
    idempotency,
    // What a handler gets as `tx` is a client of this pool.
    run: (work, tx) => perform(work(), asking((tx as PoolClient | undefined) ?? pool)),
    async prepare() {
      try {
        await pool.query(tables)
        await migrate(pool)
      } catch (cause) {
        throw isLost(cause) ? new DatabaseAbsent('Postgres is not there', { cause }) : unusable(cause)
      }
    },
    async close() {
      for (const store of stores) store.close()
      await pool.end()
    },
  }
}

function poolOf(url: string): Pool {
  const pool = new Pool({
    connectionString: url,
    options: `-c search_path=${schema}`,
    max: 16,
    connectionTimeoutMillis: timeoutMs,
    query_timeout: timeoutMs,
  })
  // Whoever asks is told; without a listener a connection that breaks while nobody asks would end the process.
  pool.on('error', () => undefined)
  return pool
}

async function ask(connection: Pool | PoolClient, { text, values }: Statement): Promise<readonly Row[]> {
  try {
    const { rows } = await connection.query<Row>(text.replaceAll('?', '$'), values.map(toParameter))
    return rows.map(toRow)
  } catch (cause) {
    throw isLost(cause) ? refusal('service_unavailable', { cause }) : cause
  }
}

/** True when nobody answered, or the server said that it cannot now: no statement is at fault. */
function isLost(cause: unknown): boolean {
  return !(cause instanceof DatabaseError) || /^(?:08|53|57)/.test(cause.code ?? '')
}

function unusable(cause: unknown): Error {
  const problem = cause instanceof Error ? cause.message : String(cause)
  return new Error(
    `Postgres cannot be used: ${problem || 'it is not there'}. Remedy: another URL with --postgres URL.`,
    {
      cause,
    },
  )
}

function toParameter(value: Value): string | number | null {
  if (typeof value === 'string') return toKept(value)
  return typeof value === 'object' && value !== null ? toKeptJson(value) : value
}

function toRow(row: Row): Row {
  const read = ([name, value]: [string, unknown]) => {
    if (typeof value !== 'string') return [name, value]
    return [name, name === 'data' ? fromKeptJson(value) : fromKept(value)]
  }
  return Object.fromEntries(Object.entries(row).map(read))
}
