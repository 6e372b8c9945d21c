import type { IdempotencyRecord, TransactionEnd } from '../server/stores.ts'
import { requireNoTransaction, rollbackIfOpen, type SqliteDatabase } from './sqlite-database.ts'
import type { Records } from './sqlite-records.ts'

type Claim = { readonly scope: string; readonly fingerprint: string }
type Outcome = IdempotencyRecord | undefined

/** A request that waits for its transaction. */
interface Job<Database> {
  readonly claim: Claim | undefined
  readonly work: (tx: Database) => unknown
  resolve(outcome: Outcome): void
  reject(cause: unknown): void
}

/** What to tell a job once the commit is on disk. */
type Settle = () => void

const maxGroup = 64

/**
 * Runs work in a transaction of the handle; see `IdempotencyStore.transact`. Requests that arrive together are committed
 * together, since a flush of the disk costs more than all that one of them writes: each has a savepoint of its own, and
 * is answered after the commit. One without a claim, which nothing could tell apart afterwards, is committed alone.
 */
export function sqliteTransact<Database extends SqliteDatabase>(db: Database, records: Records) {
  const begin = db.prepare('BEGIN IMMEDIATE')
  const commit = db.prepare('COMMIT')
  const mark = db.prepare('SAVEPOINT culpa_effects')
  const undo = db.prepare('ROLLBACK TO culpa_effects')
  const leave = db.prepare('RELEASE culpa_effects')
  let waiting: Job<Database>[] = []

  function flush(): void {
    const jobs = waiting
    waiting = []
    for (let from = 0; from < jobs.length; ) {
      const group = jobs.slice(from, from + groupLength(jobs.slice(from)))
      runGroup(group)
      from += group.length
    }
  }

  function runGroup(jobs: readonly Job<Database>[]): void {
    try {
      begin.run()
    } catch (cause) {
      for (const { reject } of jobs) reject(cause)
      return
    }
    const settles: Settle[] = []
    try {
      for (const job of jobs) settles.push(inside(job))
      records.sweepNowAndThen(jobs.length)
      commit.run()
    } catch (cause) {
      rollbackIfOpen(db)
      apart(jobs, jobs[settles.length], cause)
      return
    }
    for (const settle of settles) settle()
  }

  /** The group's transaction is gone, and with it what it did, or it is recorded: so each can run again by itself. */
  function apart(jobs: readonly Job<Database>[], culprit: Job<Database> | undefined, cause: unknown): void {
    for (const job of jobs) {
      if (cause instanceof TransactionGone && job === culprit) cause.settle()
      else if (jobs.length > 1) runGroup([job])
      else job.reject(cause)
    }
  }

  /** Runs one job of a group up to the commit. */
  function inside({ claim, work, resolve, reject }: Job<Database>): Settle {
    const taken = claim && look(claim)
    if (taken !== undefined) return 'cause' in taken ? () => reject(taken.cause) : () => resolve(taken.record)
    mark.run()
    let end: TransactionEnd
    try {
      end = requireEnd(work(db))
    } catch (cause) {
      return undone(() => reject(cause))
    }
    if (end.effects === 'discard') return undone(() => resolve(undefined))
    try {
      if (end.effects === 'record') undo.run()
      leave.run()
    } catch {
      throw ended(claim, reject)
    }
    if (claim !== undefined) records.insert(claim.scope, claim.fingerprint, end.reply)
    return () => resolve(undefined)
  }

  /** A damaged record is the trouble of its own request only. */
  function look({ scope }: Claim): { readonly record: IdempotencyRecord } | { readonly cause: unknown } | undefined {
    try {
      const record = records.find(scope)
      if (record !== undefined) return { record }
      records.clear(scope)
      return undefined
    } catch (cause) {
      return { cause }
    }
  }

  function undone(settle: Settle): Settle {
    try {
      undo.run()
      leave.run()
      return settle
    } catch {
      throw new TransactionGone(settle)
    }
  }

  /** What the handler wrote is in the database already, so the outcome is not to be guessed at: nothing runs again. */
  function ended(claim: Claim | undefined, reject: (cause: unknown) => void): TransactionGone {
    rollbackIfOpen(db)
    try {
      if (claim !== undefined) records.insertUnknown(claim.scope, claim.fingerprint)
    } catch (cause) {
      return new TransactionGone(() => reject(cause))
    }
    const misuse = new TypeError(
      'a handler ended its own transaction; what it wrote is kept without a record. Remedy: no COMMIT or ROLLBACK in a handler, throw instead.',
    )
    return new TransactionGone(() => reject(misuse))
  }

  return (claim: Claim | undefined, work: (tx: Database) => unknown): Promise<Outcome> => {
    requireNoTransaction(db, 'transact')
    return new Promise((resolve, reject) => {
      waiting.push({ claim, work, resolve, reject })
      // After all that has arrived by now was read.
      if (waiting.length === 1) setImmediate(flush)
    })
  }
}

function groupLength(jobs: readonly Pick<Job<never>, 'claim'>[]): number {
  const keyed = jobs.findIndex(({ claim }) => claim === undefined)
  return Math.max(1, Math.min(keyed === -1 ? jobs.length : keyed, maxGroup))
}

/** SQLite ends a transaction by itself when the disk is full, and a handler may have done so. */
class TransactionGone extends Error {
  readonly settle: Settle
  constructor(settle: Settle) {
    super('the transaction is gone')
    this.settle = settle
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
