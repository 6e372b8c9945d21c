import type { IdempotencyRecord, TransactionEnd } from '../server/stores.ts'
import { requireNoTransaction, rollbackIfOpen, type SqliteDatabase } from './sqlite-database.ts'
import type { Records } from './sqlite-records.ts'

type Claim = { readonly scope: string; readonly fingerprint: string }

/** Runs work in a transaction of the handle; see `IdempotencyStore.transact`. */
export function sqliteTransact<Database extends SqliteDatabase>(db: Database, records: Records) {
  const begin = db.prepare('BEGIN IMMEDIATE')
  const commit = db.prepare('COMMIT')
  const mark = db.prepare('SAVEPOINT culpa_effects')
  const keepEffects = db.prepare('RELEASE culpa_effects')
  const undoEffects = db.prepare('ROLLBACK TO culpa_effects')

  function inside(claim: Claim | undefined, work: (tx: Database) => unknown): IdempotencyRecord | undefined {
    if (claim !== undefined) {
      const taken = records.find(claim.scope)
      if (taken !== undefined) {
        commit.run()
        return taken
      }
      records.clear(claim.scope)
    }
    mark.run()
    const end = requireEnd(work(db))
    if (end.effects === 'discard') {
      rollbackIfOpen(db)
      return undefined
    }
    try {
      if (end.effects === 'keep') keepEffects.run()
      else undoEffects.run()
    } catch {
      return ended(claim)
    }
    if (claim !== undefined) records.insert(claim.scope, claim.fingerprint, end.reply)
    commit.run()
    return undefined
  }

  /** What the handler wrote is in the database already, so the outcome is not to be guessed at: nothing runs again. */
  function ended(claim: Claim | undefined): never {
    rollbackIfOpen(db)
    if (claim !== undefined) records.insertUnknown(claim.scope, claim.fingerprint)
    throw new TypeError(
      'a handler ended its own transaction; what it wrote is kept without a record. Remedy: no COMMIT or ROLLBACK in a handler, throw instead.',
    )
  }

  return (claim: Claim | undefined, work: (tx: Database) => unknown): IdempotencyRecord | undefined => {
    requireNoTransaction(db, 'transact')
    begin.run()
    try {
      return inside(claim, work)
    } catch (cause) {
      rollbackIfOpen(db)
      throw cause
    }
  }
}

/** @throws {TypeError} for a promise: whatever the handler did after its first `await` would not be in the transaction */
function requireEnd(end: unknown): TransactionEnd {
  if (!(end instanceof Promise)) return end as TransactionEnd
  // Its outcome is of no use any more; a rejection must not end the process.
  end.catch(() => undefined)
  throw new TypeError(
    "a handler with a transaction of SQLite returned a promise; everything was rolled back. Remedy: make it synchronous, or declare the operation with mode: 'lease'.",
  )
}
