import type { Pool } from 'pg'
import { expect, test } from 'vitest'
import { migrate, postgresIdempotency, postgresKeys } from '../../packages/culpa/src/stores/postgres.ts'
import { describePostgres, pgPool } from '../support/postgres.ts'

describePostgres('the schema on Postgres', (server) => {
  async function use(body: (pool: Pool) => Promise<void>): Promise<void> {
    const pool = pgPool(server)
    await pool.query('DROP TABLE IF EXISTS culpa_schema, culpa_keys, culpa_peppers, culpa_idempotency CASCADE')
    await body(pool).finally(() => pool.end())
  }

  test('stores refuse a database that was not migrated, name the remedy, and work once it is', () =>
    use(async (pool) => {
      const keys = postgresKeys(pool)
      const claims = postgresIdempotency(pool)
      await expect(keys.find('k')).rejects.toThrow(/version 0.*needs 2.*Remedy: await migrate\(pool\)/)
      await expect(claims.find('s')).rejects.toThrow(TypeError)
      await expect(claims.transact(undefined, () => ({ effects: 'discard' }))).rejects.toThrow(TypeError)
      await migrate(pool)
      expect(await keys.find('k')).toBeUndefined()
      expect(await claims.find('s')).toBeUndefined()
    }))

  test('migrate and the stores refuse a schema newer than the code, and change nothing', () =>
    use(async (pool) => {
      await migrate(pool)
      await pool.query('UPDATE culpa_schema SET version = 99')
      await expect(migrate(pool)).rejects.toThrow(/version 99.*migrate\(pool\).*Remedy: update culpa/)
      await expect(postgresKeys(pool).find('k')).rejects.toThrow(/version 99/)
      expect((await pool.query('SELECT version FROM culpa_schema')).rows).toEqual([{ version: 99 }])
    }))

  test('many may migrate at once, and again, without losing anything', () =>
    use(async (pool) => {
      await Promise.all([1, 2, 3, 4].map(() => migrate(pool)))
      const key = { keyId: 'k', tenant: 't', environment: 'test', scopes: [], secrets: [] }
      await postgresKeys(pool).save(key)
      await migrate(pool)
      expect(await postgresKeys(pool).find('k')).toEqual(key)
    }))

  test('migrate leaves nothing when a table is in the way', () =>
    use(async (pool) => {
      await pool.query('CREATE TABLE culpa_idempotency (something TEXT)')
      await expect(migrate(pool)).rejects.toThrow(/culpa_idempotency/)
      expect((await pool.query("SELECT tablename FROM pg_tables WHERE tablename LIKE 'culpa%'")).rows).toEqual([
        { tablename: 'culpa_idempotency' },
      ])
    }))

  test('what is recorded survives a crash of the server: no table is unlogged', () =>
    use(async (pool) => {
      await migrate(pool)
      const { rows } = await pool.query(
        "SELECT relname FROM pg_class WHERE relname LIKE 'culpa%' AND relkind IN ('r', 'i') AND relpersistence <> 'p'",
      )
      expect(rows).toEqual([])
    }))
})

test('what is no pool is refused when the store is made', () => {
  expect(() => postgresKeys({} as Pool)).toThrow(/Remedy: pass `new Pool\(\)`/)
})
