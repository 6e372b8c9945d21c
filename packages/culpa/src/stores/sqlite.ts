export type { SqliteDatabase, SqliteStatement, SqliteValue } from './sqlite-database.ts'
export { type SqliteIdempotency, type SqliteIdempotencyOptions, sqliteIdempotency } from './sqlite-idempotency.ts'
export { sqliteKeys } from './sqlite-keys.ts'
export { type MigrateOptions, migrate } from './sqlite-schema.ts'
