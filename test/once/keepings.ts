import { appendFileSync } from 'node:fs'
import { DatabaseSync } from 'node:sqlite'
import { Redis } from 'ioredis'
import { Pool, type PoolClient } from 'pg'
import {
  type Contract,
  defineContract,
  type IdempotencyStore,
  type Operation,
  operationsFor,
} from '../../packages/culpa/src/index.ts'
import {
  migrate as migratePostgres,
  type PgPool,
  postgresIdempotency,
} from '../../packages/culpa/src/stores/postgres.ts'
import { type IoRedisClient, redisIdempotency } from '../../packages/culpa/src/stores/redis.ts'
import {
  migrate as migrateSqlite,
  type SqliteDatabase,
  sqliteIdempotency,
} from '../../packages/culpa/src/stores/sqlite.ts'

/** How a worker keeps the promise that a request takes effect once. */
export type KeepingName = 'sqlite' | 'postgres' | 'sqlite lease' | 'postgres lease' | 'redis lease'

/** Called before and after every call of a store, and named in a handler: each is a moment at which a process may die. */
export type Boundary = (name?: 'charged') => void

export interface Keeping {
  readonly contract: Contract
  readonly store: IdempotencyStore<never>
  readonly operations: readonly Operation[]
}

/** Names of what a worker is told. */
export interface Places {
  /** File of a SQLite database, or URL of a server. */
  readonly store: string
  /** File to which a handler of lease mode writes what it did: the foreign system. */
  readonly ledger: string
}

const contract = defineContract({ docs: '/errors' })

/** Longer than any attempt takes that is not killed, and short enough for a test to wait for its end. */
export const leaseMs = 1000

/**
 * `POST /charges`: each run has a nonce of its own, which it answers and writes to the books. `GET /charges` of SQLite
 * tells how many there are.
 */
export async function openKeeping(name: KeepingName, { store, ledger }: Places, boundary: Boundary): Promise<Keeping> {
  const lease = (claims: IdempotencyStore<never>): Keeping => ({
    contract,
    store: claims,
    operations: [
      operationsFor(contract)('POST /charges', {
        idempotency: 'required',
        mode: 'lease',
        async handler({ request }) {
          const nonce = crypto.randomUUID()
          boundary()
          appendFileSync(ledger, `${request.header('idempotency-key')} ${nonce}\n`)
          boundary('charged')
          await Promise.resolve()
          return { nonce }
        },
      }),
    ],
  })

  if (name === 'redis lease') {
    const client = new Redis(store)
    // Without it the first requests are refused: Redis is not connected.
    await client.ping()
    return lease(redisIdempotency(bounded(client, ['evalsha', 'eval'], boundary) as IoRedisClient, patient) as never)
  }
  if (name.startsWith('postgres')) {
    const pool = new Pool({ connectionString: store, max: 8 })
    await migratePostgres(pool)
    const claims = postgresIdempotency(boundedPool(pool, boundary), { timeoutMs: 10_000 })
    if (name === 'postgres lease') return lease(claims as never)
    const operation = operationsFor(contract, claims)
    return {
      contract,
      store: claims as never,
      operations: [
        operation('POST /charges', {
          idempotency: 'required',
          async handler({ request, tx }) {
            const nonce = crypto.randomUUID()
            await tx.query('INSERT INTO charges VALUES ($1, $2)', [request.header('idempotency-key'), nonce])
            return { nonce }
          },
        }) as Operation,
      ],
    }
  }
  const database = new DatabaseSync(store)
  migrateSqlite(database)
  const db = boundedDatabase(database, boundary)
  const claims = sqliteIdempotency(db)
  if (name === 'sqlite lease') return lease(claims as never)
  const insert = db.prepare('INSERT INTO charges VALUES (?, ?)')
  const count = db.prepare('SELECT count(*) AS charges FROM charges')
  const operation = operationsFor(contract, claims)
  return {
    contract,
    store: claims as never,
    operations: [
      operation('POST /charges', {
        idempotency: 'required',
        handler({ request }) {
          const nonce = crypto.randomUUID()
          insert.run(request.header('idempotency-key') ?? '', nonce)
          return { nonce }
        },
      }) as Operation,
      operation('GET /charges', { handler: () => count.get() }) as Operation,
    ],
  }
}

/** On a machine that is busy with four processes an answer may take longer than a request should be kept waiting. */
const patient = { timeoutMs: 10_000, recordTimeoutMs: 10_000 }

/** The same object, whose methods of these names have a boundary before and after. */
function bounded<Target extends object>(target: Target, names: readonly string[], boundary: Boundary): Target {
  return new Proxy(target, {
    get(_target, name) {
      const value = Reflect.get(target, name, target) as unknown
      if (typeof value !== 'function') return value
      if (!names.includes(String(name))) return value.bind(target) as unknown
      return (...values: unknown[]) => {
        boundary()
        const result = value.apply(target, values) as unknown
        if (result instanceof Promise) return result.finally(() => boundary())
        boundary()
        return result
      }
    },
  })
}

function boundedDatabase(db: DatabaseSync, boundary: Boundary): SqliteDatabase {
  return {
    get isTransaction() {
      return db.isTransaction
    },
    exec: (sql) => bounded(db, ['exec'], boundary).exec(sql),
    prepare: (sql) => bounded(db.prepare(sql), ['run', 'get', 'all'], boundary),
  }
}

function boundedPool(pool: Pool, boundary: Boundary): PgPool & { connect(): Promise<PoolClient> } {
  const clients = new WeakMap<PoolClient, PoolClient>()
  return {
    async connect() {
      const client = await pool.connect()
      const known = clients.get(client) ?? bounded(client, ['query'], boundary)
      clients.set(client, known)
      return known
    },
    query: (text, values) => bounded(pool, ['query'], boundary).query(text, values),
    on: (event, listener) => pool.on(event, listener),
  }
}
