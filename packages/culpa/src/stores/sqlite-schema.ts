import { readableFailure, refuseDamage } from './sqlite-damage.ts'
import { requireNoTransaction, rollbackIfOpen, type SqliteDatabase } from './sqlite-database.ts'

/** Each takes the schema one version further. One that was released never changes. */
const migrations: readonly string[] = [
  `
  CREATE TABLE culpa_keys (
    key_id TEXT PRIMARY KEY,
    tenant TEXT NOT NULL,
    environment TEXT NOT NULL,
    scopes TEXT NOT NULL,
    plan TEXT,
    secrets TEXT NOT NULL,
    revoked_at INTEGER,
    expires_at INTEGER,
    suspended INTEGER,
    last_used_at INTEGER
  ) STRICT, WITHOUT ROWID;
  CREATE INDEX culpa_keys_by_tenant ON culpa_keys (tenant);

  -- AUTOINCREMENT never gives a number twice, not even that of a deleted row: attempts are told apart by it.
  CREATE TABLE culpa_idempotency (
    attempt INTEGER PRIMARY KEY AUTOINCREMENT,
    scope TEXT NOT NULL UNIQUE,
    fingerprint TEXT NOT NULL,
    state TEXT NOT NULL CHECK (state IN ('running', 'finished', 'unknown', 'expired')),
    lease_ends_at INTEGER CHECK ((lease_ends_at IS NULL) = (state <> 'running')),
    finished_at INTEGER CHECK ((finished_at IS NULL) = (state IN ('running', 'unknown'))),
    status INTEGER CHECK ((status IS NULL) = (state <> 'finished')),
    headers TEXT,
    body BLOB,
    checksum INTEGER
  ) STRICT;
  CREATE INDEX culpa_idempotency_by_end ON culpa_idempotency (state, finished_at) WHERE finished_at IS NOT NULL;

  CREATE TABLE culpa_steps (
    attempt INTEGER NOT NULL,
    step TEXT NOT NULL,
    result BLOB NOT NULL,
    PRIMARY KEY (attempt, step)
  ) STRICT, WITHOUT ROWID;
  CREATE TRIGGER culpa_steps_of_finished AFTER UPDATE OF state ON culpa_idempotency WHEN NEW.state = 'finished'
    BEGIN DELETE FROM culpa_steps WHERE attempt = NEW.attempt; END;
  CREATE TRIGGER culpa_steps_of_forgotten AFTER DELETE ON culpa_idempotency
    BEGIN DELETE FROM culpa_steps WHERE attempt = OLD.attempt; END;
  `,
  `
  -- Lines apart from messages, so that looking through many lines reads few pages.
  CREATE TABLE culpa_log (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    at INTEGER NOT NULL,
    request_id TEXT NOT NULL,
    contract TEXT NOT NULL,
    method TEXT NOT NULL,
    target TEXT NOT NULL,
    path TEXT,
    operation TEXT,
    status INTEGER NOT NULL,
    duration_ms REAL NOT NULL,
    code TEXT,
    source TEXT,
    declared INTEGER,
    replayed INTEGER,
    key_id TEXT,
    tenant TEXT,
    environment TEXT,
    bytes INTEGER NOT NULL
  ) STRICT;

  CREATE TABLE culpa_log_messages (
    id INTEGER PRIMARY KEY,
    messages TEXT NOT NULL
  ) STRICT;

  -- Ten seconds a slot.
  CREATE TABLE culpa_log_counts (
    slot INTEGER NOT NULL,
    contract TEXT NOT NULL,
    operation TEXT NOT NULL,
    status INTEGER NOT NULL,
    code TEXT NOT NULL,
    source TEXT NOT NULL,
    declared INTEGER NOT NULL,
    count INTEGER NOT NULL,
    PRIMARY KEY (slot, contract, operation, status, code, source, declared)
  ) STRICT, WITHOUT ROWID;
  `,
  `
  CREATE TABLE culpa_peppers (
    version INTEGER PRIMARY KEY,
    check_value TEXT NOT NULL
  ) STRICT;
  `,
  `
  ALTER TABLE culpa_idempotency ADD COLUMN claimed_at INTEGER;
  `,
]

const fullSync = 2
const busyTimeoutMs = 5000

export interface MigrateOptions {
  /** False to trust the file without reading the stores' tables to their end. Default true. */
  readonly check?: boolean
}

/**
 * Makes a database ready for the stores: tables named `culpa_…`, write-ahead log, a disk flush on every commit, and
 * waiting up to 5 seconds for other writers. Call it on every handle, also where the tables exist: the last two belong
 * to the handle. Any number of processes may call it at once.
 * @throws {TypeError} for a schema newer than this release, or with a transaction open; {Error} for a damaged file
 * @example
 * const db = new DatabaseSync('api.db')
 * migrate(db)
 */
export function migrate(db: SqliteDatabase, { check = true }: MigrateOptions = {}): void {
  requireNoTransaction(db, 'migrate(db)')
  try {
    raise(db, 'busy_timeout', busyTimeoutMs)
    refuseNewer(versionOf(db))
    raise(db, 'synchronous', fullSync)
    useWriteAheadLog(db)
    migrateTables(db)
    if (check) refuseDamage(db)
  } catch (cause) {
    throw readableFailure(cause)
  }
}

function migrateTables(db: SqliteDatabase): void {
  db.exec('BEGIN IMMEDIATE')
  try {
    const version = versionOf(db)
    refuseNewer(version)
    for (const migration of migrations.slice(version)) db.exec(migration)
    if (version < migrations.length) noteVersion(db)
    db.exec('COMMIT')
  } catch (cause) {
    rollbackIfOpen(db)
    throw cause
  }
}

/**
 * `durable: false` for a store that may lose its last writes when the power fails.
 * @throws {TypeError} when `migrate` was not called on the handle, or the schema is newer than this release
 */
export function requireSchema(db: SqliteDatabase, store: string, { durable = true } = {}): void {
  const version = versionOf(db)
  refuseNewer(version)
  if (version < migrations.length || (durable && pragma(db, 'synchronous') < fullSync)) {
    throw new TypeError(`${store}(db): the database handle is not ready. Remedy: call migrate(db) on it first.`)
  }
}

function refuseNewer(version: number): void {
  if (version <= migrations.length) return
  throw new TypeError(
    `the database has version ${version} of culpa's schema, migrate(db) of this release knows ${migrations.length}. Remedy: update culpa.`,
  )
}

function versionOf(db: SqliteDatabase): number {
  const table = db.prepare("SELECT 1 FROM sqlite_master WHERE type = 'table' AND name = 'culpa_schema'").get()
  if (table === undefined) return 0
  const row = db.prepare('SELECT max(version) AS version FROM culpa_schema').get() as { version: number | null }
  return Number(row.version ?? 0)
}

function noteVersion(db: SqliteDatabase): void {
  db.exec('CREATE TABLE IF NOT EXISTS culpa_schema (version INTEGER NOT NULL) STRICT; DELETE FROM culpa_schema')
  db.prepare('INSERT INTO culpa_schema (version) VALUES (?)').run(migrations.length)
}

/** Sets a pragma of the handle, unless it is higher already. */
function raise(db: SqliteDatabase, name: string, value: number): void {
  if (pragma(db, name) < value) db.exec(`PRAGMA ${name} = ${value}`)
}

function pragma(db: SqliteDatabase, name: string): number {
  return Number(Object.values(db.prepare(`PRAGMA ${name}`).get() as object)[0])
}

/**
 * Switching the journal while somebody writes is answered "locked" at once, whatever the timeout; an empty write
 * transaction does wait for them.
 */
function useWriteAheadLog(db: SqliteDatabase): void {
  for (let tries = 0; tries < 10; tries += 1) {
    try {
      db.exec('PRAGMA journal_mode = WAL')
      return
    } catch {
      db.exec('BEGIN IMMEDIATE; COMMIT')
    }
  }
  db.exec('PRAGMA journal_mode = WAL')
}
