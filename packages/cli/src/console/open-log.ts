import { DatabaseSync } from 'node:sqlite'
import { migrate, type SqliteLog, type SqliteLogOptions, sqliteLog } from 'culpa/sqlite'

/** A log in a file of its own. */
export interface OpenLog {
  readonly log: SqliteLog
  close(): void
}

/** Faster than a hundred thousand entries a second no log grows: one made later begins beyond it. */
const idsPerMs = 100
/** The recorder tries again; requests must not stand still meanwhile. */
const busyTimeoutMs = 20

/**
 * Opens a log in a SQLite file, which is made where it is missing, or in memory. A log may lose its last lines when the
 * power fails, and need not wait for the disk, nor for whoever else writes to the file. A new log counts from the time
 * on, so that a page which followed the one before goes on.
 * @throws {Error} one line, when the file is no database or cannot be written: the file, what is wrong, the remedy
 * @example
 * const { log, close } = openLog('requests.db')
 */
export function openLog(file = ':memory:', options: SqliteLogOptions = {}): OpenLog {
  let database: DatabaseSync | undefined
  try {
    database = new DatabaseSync(file)
    return open(database, options)
  } catch (cause) {
    database?.close()
    const problem = cause instanceof Error ? cause.message : String(cause)
    const remedy = 'Remedy: another file, or delete this one, which holds nothing but the log.'
    throw new Error(`${file} cannot be used for the log: ${problem}. ${remedy}`, { cause })
  }
}

function open(database: DatabaseSync, options: SqliteLogOptions): OpenLog {
  migrate(database)
  const log = sqliteLog(database, { firstId: Date.now() * idsPerMs, ...options })
  database.exec(`PRAGMA synchronous = NORMAL; PRAGMA busy_timeout = ${busyTimeoutMs}`)
  return { log, close: () => database.close() }
}
