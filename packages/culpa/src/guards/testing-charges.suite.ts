import { DatabaseSync } from 'node:sqlite'
import { type Contract, defineContract } from '../contract/define-contract.ts'
import { type ApiGuards, createApi } from '../create-api.ts'
import type { OperationDefinition } from '../server/operation.ts'
import { operationsFor } from '../server/operations-for.ts'
import type { IdempotencyStore } from '../server/stores.ts'
import { memoryIdempotency } from '../stores/memory.ts'
import { migrate, sqliteIdempotency } from '../stores/sqlite.ts'
import { type IdempotencyOptions, idempotency } from './idempotency.ts'
import { manualClock, memoryLog, type SendOptions, send, testKeys } from './testing.suite.ts'

export const contract = defineContract({
  docs: '/errors',
  errors: {
    card_declined: { status: 402, message: 'Declined.' },
    bank_failed: { status: 502, message: 'The bank failed.', retry: 'never' },
    account_busy: { status: 409, message: 'Busy.', retry: 'backoff' },
  },
})

const codes = ['card_declined', 'bank_failed', 'account_busy'] as const
type Errors = typeof contract extends Contract<infer Declared> ? Declared : never
type Definition = OperationDefinition<
  'POST /charges',
  Errors,
  (typeof codes)[number],
  undefined,
  undefined,
  undefined,
  undefined,
  DatabaseSync | undefined,
  unknown
>

/** How an operation keeps its promise to run once. */
export interface Keeping {
  readonly mode: 'transactional' | 'lease'
  readonly store: IdempotencyStore
  readonly clock: ReturnType<typeof manualClock>
  /** The business's own table is in it. */
  readonly db?: DatabaseSync
}

export function leaseInMemory(): Keeping {
  const clock = manualClock()
  return { mode: 'lease', store: memoryIdempotency({ now: clock.now }), clock }
}

/** A database with the table of a business: `effects (id TEXT)`. */
export function openDatabase(path = ':memory:'): DatabaseSync {
  const db = new DatabaseSync(path)
  migrate(db)
  db.exec('CREATE TABLE IF NOT EXISTS effects (id TEXT NOT NULL)')
  return db
}

export function onSqlite(mode: 'transactional' | 'lease', db = openDatabase()): Keeping {
  const clock = manualClock()
  return { mode, store: sqliteIdempotency(db, { now: clock.now }), clock, db }
}

/** Every way to keep the promise, for what holds in all of them. */
export const keepings: readonly [name: string, open: () => Keeping][] = [
  ['lease in memory', leaseInMemory],
  ['lease on SQLite', () => onSqlite('lease')],
  ['transactional on SQLite', () => onSqlite('transactional')],
]

export function countEffects({ db }: Keeping): number {
  return (db!.prepare('SELECT count(*) AS count FROM effects').get() as { count: number }).count
}

interface Setup extends Partial<Definition> {
  readonly contract?: Contract
  readonly guards?: Partial<ApiGuards>
  readonly options?: IdempotencyOptions
  readonly keys?: ReturnType<typeof testKeys>
}

/** An API with `POST /charges` (and `POST /refunds`, which does the same), and a caller of it. */
export async function chargesApi({ mode, store }: Pick<Keeping, 'mode' | 'store'>, setup: Setup = {}) {
  const { contract: given = contract as unknown as Contract, guards, options, keys = testKeys(), ...definition } = setup
  const { events, log } = memoryLog()
  let runs = 0
  const { handler = () => ({ run: runs }), ...more } = definition
  const operation = operationsFor<Errors, DatabaseSync | undefined>(given as unknown as typeof contract)
  const full: Definition = {
    idempotency: 'required',
    mode,
    errors: codes,
    ...more,
    handler(input) {
      runs++
      return handler(input)
    },
  }
  const api = createApi({
    contract: given,
    operations: [operation('POST /charges', full), operation('POST /refunds', full as never)],
    guards: { keys: keys.guard, idempotency: idempotency(store, options), ...guards },
    cors: { origins: ['https://a.example', 'https://b.example'] },
    log,
  })
  const key = await keys.issue()
  return {
    api,
    events,
    key,
    keys,
    runs: () => runs,
    /** Resolves once the handler was called that often. */
    async running(times: number) {
      while (runs < times) await new Promise((resolve) => setImmediate(resolve))
    },
    charge: (more: SendOptions = {}) =>
      send(api, 'POST /charges', { key, idempotencyKey: 'k1', body: { amount: 1 }, ...more }),
  }
}

/** A promise that the test settles. */
export function gate<Value = void>() {
  return Promise.withResolvers<Value>()
}
