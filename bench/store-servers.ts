// The servers whose stores are measured, one a process: `node bench/store-servers.ts NAME [URL]`.
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import {
  apiKeys,
  createApi,
  defineContract,
  type Guard,
  idempotency,
  keyIssuer,
  operationsFor,
  rateLimits,
} from 'culpa'
import { memoryKeys, memoryLimits } from 'culpa/memory'
import { listen } from 'culpa/node'
import { migrate as migratePostgres, postgresIdempotency } from 'culpa/postgres'
import { redisIdempotency, redisLimits } from 'culpa/redis'
import { migrate as migrateSqlite, sqliteIdempotency } from 'culpa/sqlite'
import { Redis } from 'ioredis'
import { Pool } from 'pg'
import { z } from 'zod'

const peppers = { 1: 'the pepper of the benchmark' }
const Order = z.object({ item: z.string(), quantity: z.number().int().min(1), note: z.string().max(200).optional() })
const contract = defineContract({ format: 'stripe', docs: '/errors' })
const [, , name = '', url = ''] = process.argv

type Order = z.infer<typeof Order>
const answer = ({ item, quantity }: Order) => ({ id: 'order_1', item, quantity })

/** Every order is a row of the business, committed with its recorded answer. */
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
      limit: 'all',
      idempotency: 'required',
      body: Order,
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
      limit: 'all',
      idempotency: 'required',
      body: Order,
      async handler({ body, tx }) {
        await tx.query('INSERT INTO orders VALUES ($1, $2)', [body.item, body.quantity])
        return answer(body)
      },
    }),
  }
}

function onRedis() {
  const store = redisIdempotency(new Redis(url), { timeoutMs: 1000 })
  return {
    guard: idempotency(store),
    post: operationsFor(contract)('POST /orders', {
      limit: 'all',
      idempotency: 'required',
      body: Order,
      handler: ({ body }) => answer(body),
    }),
  }
}

async function orders(): Promise<{ guard?: Guard; post?: ReturnType<typeof onRedis>['post'] }> {
  if (name === 'sqlite') return onSqlite() as never
  if (name === 'postgres') return (await onPostgres()) as never
  return name === 'redis' ? onRedis() : {}
}

const keys = memoryKeys()
const { key } = await keyIssuer(keys, peppers).issue({
  prefix: 'sk',
  environment: 'test',
  tenant: 'org_1',
  scopes: [],
})
const { guard, post } = await orders()
const limits = name.endsWith('redis-limits') ? redisLimits(new Redis(url), { timeoutMs: 1000 }) : memoryLimits()
const read = operationsFor(contract)('GET /items/:id', { limit: 'all', handler: ({ params }) => params })
const api = createApi({
  contract,
  log: () => undefined,
  guards: {
    keys: apiKeys(keys, { peppers }),
    limits: rateLimits(limits, { all: '1000000/s' }),
    ...(guard && { idempotency: guard }),
  },
  operations: post === undefined ? [read] : [read, post],
})
const { port } = await listen(api, { port: 0 })
process.send?.({ port, key })
process.on('message', () => process.send?.(process.cpuUsage()))
process.on('disconnect', () => process.exit(0))
