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
 * @throws {Error} when the file is no database or cannot be written
 * @example
 * const { log, close } = openLog('requests.db')
 */
export function openLog(file = ':memory:', options: SqliteLogOptions = {}): OpenLog {
  const database = new DatabaseSync(file)
  try {
    migrate(database)
    const log = sqliteLog(database, { firstId: Date.now() * idsPerMs, ...options })
    database.exec(`PRAGMA synchronous = NORMAL; PRAGMA busy_timeout = ${busyTimeoutMs}`)
    return { log, close: () => database.close() }
  } catch (cause) {
    database.close()
    throw cause
  }
}
