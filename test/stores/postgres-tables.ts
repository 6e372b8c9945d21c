import type { Pool } from 'pg'
import { afterAll, beforeAll } from 'vitest'
import { migrate } from '../../packages/culpa/src/stores/postgres.ts'
import { type PostgresUnderTest, pgPool, postgresJs } from '../support/postgres.ts'

/** The tables of the stores and one of a business, `effects`, and pools of both libraries. */
export function postgresTables(server: PostgresUnderTest) {
  let pool: Pool
  let sql: ReturnType<typeof postgresJs>
  beforeAll(async () => {
    pool = pgPool(server)
    sql = postgresJs(server)
    await pool.query('CREATE TABLE effects (id BIGINT GENERATED ALWAYS AS IDENTITY, name TEXT NOT NULL)')
    await migrate(pool)
  })
  afterAll(() => Promise.all([pool.end(), sql.end()]))
  return {
    get pool() {
      return pool
    },
    get sql() {
      return sql
    },
    /** The names in `effects`, in the order of their writing. */
    async effects(): Promise<string[]> {
      const { rows } = await pool.query<{ name: string }>('SELECT name FROM effects ORDER BY id')
      return rows.map(({ name }) => name)
    },
    /** Empties the tables. */
    async clear(): Promise<void> {
      await pool.query('TRUNCATE effects, culpa_keys, culpa_peppers, culpa_idempotency')
    },
  }
}
