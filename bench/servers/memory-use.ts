// Fills a store, and tells the bytes that each key takes: of this process, or of Redis.
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import type { IdempotencyStore, LimitStore } from 'culpa'
import { memoryIdempotency, memoryLimits } from 'culpa/memory'
import { redisIdempotency, redisLimits } from 'culpa/redis'
import { migrate, sqliteIdempotency } from 'culpa/sqlite'
import { Redis } from 'ioredis'
import { answer } from './answer.ts'
import { startOptions } from './serve.ts'

/** What is remembered, where, and of how many keys. */
export interface MemoryOptions {
  readonly kind: 'limits' | 'idempotency'
  readonly store: 'memory' | 'sqlite' | 'redis'
  readonly keys: number
  /** Of Redis. */
  readonly url?: string
}

const { kind, store, keys, url } = startOptions<MemoryOptions>()
const patience = { timeoutMs: 10_000 }
const body = Buffer.from('{"id":"order_1","item":"item_1","quantity":2}')
const redis = url === undefined ? undefined : new Redis(url)
await redis?.ping()

async function usedBytes(): Promise<number> {
  if (redis !== undefined) return Number(/used_memory:(\d+)/.exec(await redis.info('memory'))?.[1])
  for (let time = 0; time < 3; time += 1) globalThis.gc?.()
  const { heapUsed, heapTotal, external, rss } = process.memoryUsage()
  // SQLite's own memory is counted nowhere but in the process's.
  return store === 'sqlite' ? rss - heapTotal + heapUsed : heapUsed + external
}

function openSqlite(): IdempotencyStore {
  const folder = mkdtempSync(join(tmpdir(), 'culpa-bench-'))
  process.on('exit', () => rmSync(folder, { recursive: true }))
  const database = new DatabaseSync(join(folder, 'keys.db'))
  migrate(database)
  const records = sqliteIdempotency(database)
  // Nothing here is about how fast the disk is.
  database.exec('PRAGMA synchronous = OFF')
  return records
}

function limiter(): (index: number) => unknown {
  const limits: LimitStore = redis === undefined ? memoryLimits({ maxKeys: 2 * keys }) : redisLimits(redis, patience)
  return (index) => limits.take([{ key: `writes:org_${index}:test`, intervalMs: 3_600_000, burst: 20, cost: 1 }])
}

function recorder(): (index: number) => unknown {
  const slow = { ...patience, recordTimeoutMs: 10_000 }
  const fast = store === 'sqlite' ? openSqlite : memoryIdempotency
  const records: IdempotencyStore = redis === undefined ? fast() : redisIdempotency(redis, slow)
  return async (index) => {
    const scope = JSON.stringify(['org_1', 'test', 'POST', '/orders', `order_${index}`])
    const claim = await records.claim(scope, index.toString(16).padStart(64, '0'), 120_000)
    if (claim.state !== 'claimed') throw new Error(`${scope} is taken`)
    await records.finish(scope, claim.attempt, { status: 200, headers: [['content-type', 'application/json']], body })
  }
}

answer('ready', async (): Promise<number> => {
  const remember = kind === 'limits' ? limiter() : recorder()
  const together = 100
  // What is there once, whatever the number of keys, is there by then.
  const first = keys / 10
  let before = 0
  for (let index = 0; index < keys + first; index += together) {
    if (index === first) before = await usedBytes()
    await Promise.all(Array.from({ length: together }, (_, next) => remember(index + next)))
  }
  const bytes = ((await usedBytes()) - before) / keys
  // Asked once more after the measuring, so that the store is not collected before.
  await remember(keys + first)
  return bytes
})
