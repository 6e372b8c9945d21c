import { apiKeys, createApi, defineContract, idempotency, operationsFor, rateLimits } from 'culpa'
import { memoryLimits } from 'culpa/memory'
import { migrate, postgresIdempotency, postgresKeys } from 'culpa/postgres'
import { redisKeys, redisLimits } from 'culpa/redis'
import { Pool } from 'pg'
import { createClient } from 'redis'
import { z } from 'zod'

const NewCustomer = z.object({ name: z.string() })
const peppers = { 1: 'the pepper of the documentation' }
const contract = defineContract({ docs: '/errors' })

const pool = new Pool({ connectionString: process.env.DATABASE_URL, max: 16 })
await migrate(pool)

const redis = createClient({ url: process.env.REDIS_URL ?? 'redis://localhost:6379' })
redis.connect().catch(() => undefined)

const keys = redisKeys(redis, postgresKeys(pool))
const store = postgresIdempotency(pool)
const operation = operationsFor(contract, store)

const createCustomer =
  // docs/scaling.md: a handler
  operation('POST /v1/customers', {
    limit: 'writes',
    idempotency: 'required',
    body: NewCustomer,
    async handler({ body, tx }) {
      const { rows } = await tx.query('INSERT INTO customer (name) VALUES ($1) RETURNING id, name', [body.name])
      return rows[0]
    },
  })

const api = createApi({
  contract,
  guards: {
    keys: apiKeys(keys, { peppers }),
    limits: rateLimits(
      redisLimits(redis),
      { reads: { default: '100/s burst 200', whenLost: 'open' }, writes: '100/min burst 20' },
      { fallback: memoryLimits(), nodes: 4 },
    ),
    idempotency: idempotency(store),
  },
  operations: [createCustomer],
})

export { api, keys, peppers, pool, redis }
