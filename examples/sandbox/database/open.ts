import type { SandboxOptions } from '../options.ts'
import type { Database } from './database.ts'

/** The database that the options name, before anybody has touched it. */
export interface DatabaseOpener {
  open(): Database
  /**
   * Drops what the sandbox has in it. A file is emptied with all others, by `prepareFiles`.
   * @throws {Error} one line, when the database is not there
   */
  empty(): Promise<void>
}

/** Loads the driver that the options ask for. */
export async function databaseOpener({ databaseFile, postgresUrl }: SandboxOptions): Promise<DatabaseOpener> {
  if (postgresUrl === undefined) {
    const { sqliteDatabase } = await import('./sqlite.ts')
    return { open: () => sqliteDatabase(databaseFile), empty: async () => undefined }
  }
  const { postgresDatabase, emptyPostgres } = await import('./postgres.ts')
  return { open: () => postgresDatabase(postgresUrl), empty: () => emptyPostgres(postgresUrl) }
}
