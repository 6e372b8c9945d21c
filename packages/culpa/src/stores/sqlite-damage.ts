import type { SqliteDatabase } from './sqlite-database.ts'

const tables = ['culpa_keys', 'culpa_idempotency', 'culpa_steps']

/**
 * Reads every page of the stores' tables: one that was torn or changed on disk could make a key look new that is not.
 * @throws {Error} when something is wrong with them
 */
export function refuseDamage(db: SqliteDatabase): void {
  for (const table of tables) {
    const found = db.prepare(`PRAGMA integrity_check(${table})`).get() as { readonly integrity_check: string }
    if (found.integrity_check !== 'ok') throw damaged(found.integrity_check)
  }
}

/** What SQLite says of a file that is none of its own, or no longer one, in words that help. */
export function readableFailure(cause: unknown): unknown {
  const { errcode, code, message } = cause as {
    readonly errcode?: number
    readonly code?: string
    readonly message?: string
  }
  const isDamage =
    primaryCodesOfDamage.has((errcode ?? 0) & 0xff) || code === 'SQLITE_CORRUPT' || code === 'SQLITE_NOTADB'
  return isDamage ? damaged(String(message), cause) : cause
}

/** SQLITE_CORRUPT and SQLITE_NOTADB. */
const primaryCodesOfDamage: ReadonlySet<number> = new Set([11, 26])

function damaged(found: string, cause?: unknown): Error {
  return new Error(
    `the database is damaged, so it is not used: ${found.split('\n').at(-1)}. Remedy: check the disk, then restore the file and its -wal from a backup.`,
    { cause },
  )
}
