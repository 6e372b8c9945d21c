export type SqliteValue = null | number | bigint | string | Uint8Array

export interface SqliteStatement {
  run(...parameters: SqliteValue[]): {
    readonly changes: number | bigint
    readonly lastInsertRowid: number | bigint
  }
  get(...parameters: SqliteValue[]): unknown
  all(...parameters: SqliteValue[]): unknown[]
}

/** The part of a handle that the stores use: `DatabaseSync` of `node:sqlite` has it, and `better-sqlite3`. */
export interface SqliteDatabase {
  prepare(sql: string): SqliteStatement
  exec(sql: string): unknown
  /** As `node:sqlite` calls it. */
  readonly isTransaction?: boolean
  /** As `better-sqlite3` calls it. */
  readonly inTransaction?: boolean
}

/**
 * Whatever is written while somebody's transaction is open on the handle vanishes if that is rolled back.
 * @throws {TypeError} when one is
 */
export function requireNoTransaction(db: SqliteDatabase, what: string): void {
  if (!isOpen(db)) return
  throw new TypeError(
    `${what}: a transaction is open on this database handle. Remedy: give the store a handle of its own, and use \`tx\` instead of nesting.`,
  )
}

/** True while a transaction is open on the handle. */
export function isOpen({ isTransaction, inTransaction }: SqliteDatabase): boolean {
  return isTransaction === true || inTransaction === true
}

/** True when the statement changed a row. */
export function changes(statement: SqliteStatement, ...parameters: SqliteValue[]): boolean {
  return Number(statement.run(...parameters).changes) > 0
}

/** SQLite ends a transaction by itself when the disk is full, and a handler may have done so. */
export function rollbackIfOpen(db: SqliteDatabase): void {
  try {
    db.exec('ROLLBACK')
  } catch {}
}
