import type { PoolClient } from 'pg'
import { postgresIdempotency } from '../../packages/culpa/src/stores/postgres.ts'
import { describePostgres } from '../support/postgres.ts'
import { idempotencyStoreSuite, times } from './idempotency-store.suite.ts'
import { inspectionSuite } from './inspection.suite.ts'
import { postgresTables } from './postgres-tables.ts'
import { transactionalStoreSuite } from './transactional-store.suite.ts'

describePostgres('idempotency on Postgres', (server) => {
  const tables = postgresTables(server)

  async function open() {
    await tables.clear()
    let time = 1_800_000_000_000
    const options = { ...times, now: () => time, sweepEveryMs: Infinity }
    return {
      pg: postgresIdempotency(tables.pool, options),
      js: postgresIdempotency(tables.sql, options),
      advance(ms: number) {
        time += ms
      },
      effects: tables.effects,
    }
  }

  const byPg = async () => {
    const { pg, js, ...under } = await open()
    const write = (tx: unknown, name: string) =>
      (tx as PoolClient).query('INSERT INTO effects (name) VALUES ($1)', [name])
    return { ...under, store: pg, second: js, write }
  }
  const byPostgresJs = async () => {
    const { pg, js, ...under } = await open()
    const write = async (tx: unknown, name: string) =>
      await (tx as typeof tables.sql)`INSERT INTO effects (name) VALUES (${name})`
    return { ...under, store: js, second: pg, write }
  }

  idempotencyStoreSuite('pg', byPg)
  idempotencyStoreSuite('postgres.js', byPostgresJs)
  inspectionSuite('pg', byPg)
  inspectionSuite('postgres.js', byPostgresJs)
  transactionalStoreSuite('pg', byPg)
  transactionalStoreSuite('postgres.js', byPostgresJs)
})
