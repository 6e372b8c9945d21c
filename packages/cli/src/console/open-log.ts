import { DatabaseSync } from 'node:sqlite'
import { migrate, type SqliteLog, type SqliteLogOptions, sqliteLog } from 'culpa/sqlite'

/** A log in a file of its own. */
export interface OpenLog {
  readonly log: SqliteLog
  close(): void
}

/**
 * Opens a log in a SQLite file, which is made where it is missing, or in memory. A log may lose its last lines when the
 * power fails, and need not wait for the disk.
 * @throws {Error} when the file is no database or cannot be written
 * @example
 * const { log, close } = openLog('requests.db')
 */
export function openLog(file = ':memory:', options: SqliteLogOptions = {}): OpenLog {
  const database = new DatabaseSync(file)
  try {
    migrate(database)
    database.exec('PRAGMA synchronous = NORMAL')
    return { log: sqliteLog(database, options), close: () => database.close() }
  } catch (cause) {
    database.close()
    throw cause
  }
}
