import { DatabaseSync, type SQLInputValue } from 'node:sqlite'
import { migrate, sqliteIdempotency, sqliteKeys } from 'culpa/sqlite'
import type { Database } from './database.ts'
import { unusable } from './sqlite-files.ts'
import { startSweeping } from './sweeping.ts'
import { type Ask, perform, type Row, type Value } from './work.ts'

const tables = `
  CREATE TABLE IF NOT EXISTS resource (
    seq INTEGER PRIMARY KEY AUTOINCREMENT,
    kind TEXT NOT NULL, id TEXT NOT NULL, tenant TEXT NOT NULL,
    data TEXT NOT NULL, version INTEGER NOT NULL DEFAULT 1, deleted INTEGER NOT NULL DEFAULT 0,
    natural_key TEXT, created INTEGER NOT NULL
  ) STRICT;
  CREATE UNIQUE INDEX IF NOT EXISTS resource_id ON resource (kind, id);
  CREATE UNIQUE INDEX IF NOT EXISTS resource_natural_key
    ON resource (kind, tenant, natural_key) WHERE natural_key IS NOT NULL AND deleted = 0;
  CREATE INDEX IF NOT EXISTS resource_list ON resource (kind, tenant, seq) WHERE deleted = 0;
`

/**
 * The sandbox's data in a file of SQLite. Any number of processes may have it open.
 * @throws {Error} one line: the file, what is wrong with it, the remedy
 */
export function sqliteDatabase(file: string): Database {
  const handle = open(file)
  const stopSweeping = startSweeping(handle)
  // A transaction is open on the one handle, or none is: whoever asks is in it.
  const ask: Ask = ({ text, values }) =>
    handle
      .prepare(text)
      .all(...values.map(toInput))
      .map(toRow)
  return {
    keys: sqliteKeys(handle),
    idempotency: (now = Date.now) => sqliteIdempotency(handle, { now }),
    run: (work) => perform(work(), ask),
    prepare: async () => undefined,
    async close() {
      stopSweeping()
      handle.close()
    },
  }
}

function open(file: string): DatabaseSync {
  try {
    const handle = new DatabaseSync(file)
    migrate(handle)
    handle.exec(tables)
    return handle
  } catch (cause) {
    throw unusable(file, cause)
  }
}

function toInput(value: Value): SQLInputValue {
  return typeof value === 'object' && value !== null ? JSON.stringify(value) : value
}

function toRow(row: Row): Row {
  return typeof row.data === 'string' ? { ...row, data: JSON.parse(row.data) } : row
}
