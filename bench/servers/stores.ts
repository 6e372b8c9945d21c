// culpa on stores that are not in memory: every order is committed with its recorded answer.
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { apiKeys, createApi, defineContract, idempotency, keyIssuer, operationsFor, rateLimits } from 'culpa'
import { memoryKeys, memoryLimits } from 'culpa/memory'
import { listen } from 'culpa/node'
import { migrate as migratePostgres, postgresIdempotency } from 'culpa/postgres'
import { redisIdempotency } from 'culpa/redis'
import { migrate as migrateSqlite, sqliteIdempotency } from 'culpa/sqlite'
import { Redis } from 'ioredis'
import { Pool } from 'pg'
import { z } from 'zod'
import { keepAliveTimeoutMs, serve, startOptions } from './serve.ts'

/** Where idempotency keys and their answers are kept. */
export interface StoreOptions {
  readonly store: 'sqlite' | 'postgres' | 'redis'
  /** Of Postgres or Redis. */
  readonly url?: string
}

const peppers = { 1: 'the pepper of the benchmark' }
const Order = z.object({ item: z.string(), quantity: z.number().int().min(1), note: z.string().max(200).optional() })
const contract = defineContract({ format: 'stripe', docs: '/errors' })
const { store: name, url = '' } = startOptions<StoreOptions>()

type Order = z.infer<typeof Order>
/** What the operation is, whatever the store. */
const once = { limit: 'all', idempotency: 'required', body: Order } as const
const answer = ({ item, quantity }: Order) => ({ id: 'order_1', item, quantity })

function onSqlite() {
  const folder = mkdtempSync(join(tmpdir(), 'culpa-bench-'))
  process.on('exit', () => rmSync(folder, { recursive: true }))
  const database = new DatabaseSync(join(folder, 'bench.db'))
  migrateSqlite(database)
  database.exec('CREATE TABLE orders (item TEXT, quantity INTEGER)')
  const insert = database.prepare('INSERT INTO orders VALUES (?, ?)')
  const store = sqliteIdempotency(database)
  const operation = operationsFor(contract, store)
  return {
    guard: idempotency(store),
    post: operation('POST /orders', {
      ...once,
      handler({ body }) {
        insert.run(body.item, body.quantity)
        return answer(body)
      },
    }),
  }
}

async function onPostgres() {
  const pool = new Pool({ connectionString: url, max: 16 })
  await migratePostgres(pool)
  await pool.query('CREATE TABLE IF NOT EXISTS orders (item TEXT, quantity INTEGER)')
  const store = postgresIdempotency(pool)
  const operation = operationsFor(contract, store)
  return {
    guard: idempotency(store),
    post: operation('POST /orders', {
      ...once,
      async handler({ body, tx }) {
        await tx.query('INSERT INTO orders VALUES ($1, $2)', [body.item, body.quantity])
        return answer(body)
      },
    }),
  }
}

async function onRedis() {
  const redis = new Redis(url)
  await redis.ping()
  // It shares its core with the load: what is measured is how fast it is, not when it counts as lost.
  const store = redisIdempotency(redis, { timeoutMs: 10_000, recordTimeoutMs: 10_000 })
  return {
    guard: idempotency(store),
    post: operationsFor(contract)('POST /orders', {
      ...once,
      handler: ({ body }) => answer(body),
    }),
  }
}

const setups = { sqlite: onSqlite, postgres: onPostgres, redis: onRedis } as const

const keys = memoryKeys()
const issuer = keyIssuer(keys, peppers)
const { key } = await issuer.issue({ prefix: 'sk', environment: 'test', tenant: 'org_1', scopes: [] })
const { guard, post } = await setups[name]()
const api = createApi({
  contract,
  log: () => undefined,
  guards: {
    keys: apiKeys(keys, { peppers }),
    limits: rateLimits(memoryLimits(), { all: '1000000/s' }),
    idempotency: guard,
  },
  operations: [post],
})
const { port } = await listen(api, { port: 0, keepAliveTimeoutMs })
serve({ port, keys: [key] })
