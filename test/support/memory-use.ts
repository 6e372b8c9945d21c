import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import type { IdempotencyStore } from '../../packages/culpa/src/server/stores.ts'
import { memoryIdempotency, memoryLimits } from '../../packages/culpa/src/stores/memory.ts'
import { migrate, sqliteIdempotency } from '../../packages/culpa/src/stores/sqlite.ts'

/**
 * A process that has a store remember so many keys, and tells how many bytes one of them takes, at most: what it has is
 * measured twenty times on the way. `node --expose-gc test/support/memory-use.ts limits 1000000`
 */
const [, , kind, count] = process.argv
const keys = Number(count)
const reply = { status: 200, headers: [['content-type', 'application/json']] as const, body: new Uint8Array(200) }

/** What this process holds, in bytes. SQLite's own memory is counted nowhere but in the process's. */
function held(): number {
  globalThis.gc?.()
  globalThis.gc?.()
  const { heapUsed, external, rss } = process.memoryUsage()
  return kind === 'idempotency-sqlite' ? rss : heapUsed + external
}

async function onLimits(measure: () => void): Promise<void> {
  const store = memoryLimits()
  for (let key = 0; key < keys; key += 1) {
    store.take([{ key: `writes:org_${key}:live`, intervalMs: 3_600_000, burst: 20, cost: 1 }])
    measure()
  }
}

async function onIdempotency(store: Pick<IdempotencyStore, 'claim' | 'finish'>, measure: () => void): Promise<void> {
  for (let key = 0; key < keys; key += 1) {
    const scope = JSON.stringify(['org_1', 'live', 'POST /v1/charges', crypto.randomUUID()])
    const { attempt } = await store.claim(scope, 'n4bQgYhMfWWaL-qgxVrQFaO_TxsrC4Is0V1sFbDwCgg', 60_000)
    await store.finish(scope, attempt, reply)
    measure()
  }
}

async function onSqlite(measure: () => void): Promise<void> {
  const folder = mkdtempSync(join(tmpdir(), 'culpa-memory-'))
  const db = new DatabaseSync(join(folder, 'keys.db'))
  migrate(db)
  const store = sqliteIdempotency(db)
  // Nothing here is about the disk.
  db.exec('PRAGMA synchronous = OFF')
  await onIdempotency(store, measure)
  rmSync(folder, { recursive: true })
}

let done = 0
let first = 0
let most = 0

/** The first tenth fills what is there once, whatever the number of keys. */
function measure(): void {
  done += 1
  const tenth = keys / 10
  if (done === tenth) first = held()
  if (done > 2 * tenth && done % (keys / 20) === 0) most = Math.max(most, (held() - first) / (done - tenth))
}

const stores: Readonly<Record<string, (measure: () => void) => Promise<void>>> = {
  limits: onLimits,
  'idempotency-memory': (each) => onIdempotency(memoryIdempotency(), each),
  'idempotency-sqlite': onSqlite,
}
await stores[kind ?? '']?.(measure)
process.send?.(most)
if (process.send === undefined) console.log(most)
