import type { IdempotencyStore, KeyStore, MaybePromise } from 'culpa'
import type { Work } from './work.ts'

/** Where the sandbox keeps what must not be lost: a file of SQLite, or Postgres. */
export interface Database {
  readonly keys: KeyStore
  /** Idempotency records; `now` is another clock, in milliseconds since the epoch. */
  idempotency(now?: () => number): IdempotencyStore
  /**
   * Does work on the systems' data: in the transaction of a handler, which is its `tx`, or each statement by itself.
   * @throws {ApiError} `service_unavailable` while the database cannot be reached
   */
  run<Result>(work: () => Work<Result>, tx?: unknown): MaybePromise<Result>
  /**
   * Makes the tables that are missing; processes may do so at once.
   * @throws {DatabaseAbsent} while there is no database to make them in
   */
  prepare(): Promise<void>
  close(): Promise<void>
}

/** The database is not there yet: not a mistake, for it may still come. */
export class DatabaseAbsent extends Error {}
