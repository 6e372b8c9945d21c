import {
  type PostgresConnection,
  type PostgresPool,
  type PostgresRow,
  postgresCalls,
  sqlState,
} from './postgres-client.ts'

/** Each takes the schema one version further. One that was released never changes. */
const migrations: readonly string[] = [
  `
  CREATE TABLE culpa_keys (
    key_id TEXT COLLATE "C" PRIMARY KEY,
    tenant TEXT NOT NULL,
    environment TEXT NOT NULL,
    scopes TEXT NOT NULL,
    plan TEXT,
    secrets TEXT NOT NULL,
    revoked_at BIGINT,
    expires_at BIGINT,
    suspended BOOLEAN,
    last_used_at BIGINT
  );
  CREATE INDEX culpa_keys_by_tenant ON culpa_keys (tenant);

  CREATE TABLE culpa_idempotency (
    scope TEXT COLLATE "C" PRIMARY KEY,
    attempt BIGINT GENERATED ALWAYS AS IDENTITY,
    fingerprint TEXT NOT NULL,
    state TEXT NOT NULL CHECK (state IN ('running', 'finished', 'unknown', 'expired')),
    lease_ends_at BIGINT CHECK ((lease_ends_at IS NULL) = (state <> 'running')),
    finished_at BIGINT CHECK ((finished_at IS NULL) = (state IN ('running', 'unknown'))),
    status INTEGER CHECK ((status IS NULL) = (state <> 'finished')),
    headers TEXT,
    body BYTEA,
    checksum BIGINT,
    steps JSONB,
    claimed_at BIGINT
  );
  CREATE INDEX culpa_idempotency_unsettled ON culpa_idempotency (attempt) WHERE state IN ('running', 'unknown');
  CREATE INDEX culpa_idempotency_by_end ON culpa_idempotency (state, finished_at) WHERE finished_at IS NOT NULL;

  -- What every keyed request asks, as functions: their statements are planned once a connection.
  CREATE OR REPLACE FUNCTION culpa_clock(given BIGINT) RETURNS BIGINT LANGUAGE plpgsql AS $$
    BEGIN RETURN coalesce(given, (extract(epoch FROM clock_timestamp()) * 1000)::bigint); END
  $$;
  -- Locks a scope and the request beside it, waiting for nobody, then reads the scope's record. NULL when the scope is
  -- free and now locked, 'busy' when somebody is at it, else the record: one text, since a row of many columns would
  -- take longer to plan than all that is done here. What the transaction commits is on disk when that is acknowledged,
  -- whatever the settings.
  CREATE OR REPLACE FUNCTION culpa_enter(wanted TEXT, scope_lock BIGINT, request_high INTEGER, request_low INTEGER,
    now_ms BIGINT) RETURNS TEXT LANGUAGE plpgsql AS $$
    DECLARE
      locked BOOLEAN;
      known culpa_idempotency;
    BEGIN
      IF current_setting('synchronous_commit') IN ('off', 'local') THEN
        PERFORM set_config('synchronous_commit', 'on', true);
      END IF;
      locked := pg_try_advisory_xact_lock(scope_lock);
      IF locked THEN locked := pg_try_advisory_xact_lock(request_high, request_low); END IF;
      SELECT * INTO known FROM culpa_idempotency WHERE scope = wanted COLLATE "C";
      IF FOUND THEN
        RETURN to_jsonb(known) || jsonb_build_object('locked', locked, 'body', encode(known.body, 'hex'),
          'left_ms', known.lease_ends_at - culpa_clock(now_ms), 'age_ms', culpa_clock(now_ms) - known.finished_at);
      END IF;
      RETURN CASE WHEN locked THEN NULL ELSE 'busy' END;
    END
  $$;
  CREATE OR REPLACE FUNCTION culpa_record(scope TEXT, fingerprint TEXT, now_ms BIGINT, status INTEGER, headers TEXT,
    body BYTEA, checksum BIGINT) RETURNS VOID LANGUAGE plpgsql AS $$
    BEGIN
      INSERT INTO culpa_idempotency (scope, fingerprint, state, finished_at, status, headers, body, checksum)
      VALUES ($1, $2, 'finished', culpa_clock($3), $4, $5, $6, $7);
    END
  $$;
  `,
  `
  CREATE TABLE culpa_peppers (
    version INTEGER PRIMARY KEY,
    check_value TEXT NOT NULL
  );
  `,
]

/** Held while migrating, so that several processes may start at once. */
const migrationLock = 7_203_418_265

/**
 * Makes a database ready for the stores: logged tables named `culpa_…` in the first schema of the search path. Call it
 * when the process starts, or from what rolls out your own migrations; any number of processes may call it at once.
 * @throws {TypeError} for a schema newer than this release
 * @example
 * const pool = new Pool()
 * await migrate(pool)
 */
export async function migrate(pool: PostgresPool): Promise<void> {
  const connection = await postgresCalls(pool).connect()
  try {
    await connection.query('BEGIN')
    await connection.query(`SELECT pg_advisory_xact_lock(${migrationLock})`)
    await migrateInside(connection)
    await connection.query('COMMIT')
    connection.release()
  } catch (cause) {
    // Closing it rolls back, whatever state it is in.
    connection.release(true)
    throw cause
  }
}

async function migrateInside(connection: PostgresConnection): Promise<void> {
  await connection.query('CREATE TABLE IF NOT EXISTS culpa_schema (version INTEGER NOT NULL)')
  const [row] = await connection.query('SELECT max(version) AS version FROM culpa_schema')
  const version = Number(row?.version ?? 0)
  refuseNewer(version)
  if (version === migrations.length) return
  for (const migration of migrations.slice(version)) await connection.batch(migration)
  await connection.query('DELETE FROM culpa_schema')
  await connection.query(`INSERT INTO culpa_schema (version) VALUES (${migrations.length})`)
}

/** @throws {TypeError} when the schema is older or newer than this release */
export async function requireVersion(
  query: (text: string) => Promise<readonly PostgresRow[]>,
  store: string,
): Promise<void> {
  const version = await query('SELECT max(version) AS version FROM culpa_schema').then(
    ([row]) => Number(row?.version ?? 0),
    (cause) => {
      if (sqlState(cause) === undefinedTable) return 0
      throw cause
    },
  )
  refuseNewer(version)
  if (version === migrations.length) return
  throw new TypeError(
    `${store}(pool): the database has version ${version} of culpa's schema, this release needs ${migrations.length}. Remedy: await migrate(pool) first.`,
  )
}

const undefinedTable = '42P01'

function refuseNewer(version: number): void {
  if (version <= migrations.length) return
  throw new TypeError(
    `the database has version ${version} of culpa's schema, migrate(pool) of this release knows ${migrations.length}. Remedy: update culpa.`,
  )
}
