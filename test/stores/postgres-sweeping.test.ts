import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { fileURLToPath } from 'node:url'
import { Pool, type PoolClient } from 'pg'
import { beforeEach, expect, test } from 'vitest'
import { postgresIdempotency } from '../../packages/culpa/src/stores/postgres.ts'
import { describePostgres } from '../support/postgres.ts'
import { until } from '../support/until.ts'
import { postgresTables } from './postgres-tables.ts'

const reply = { status: 200, headers: [], body: new Uint8Array([1]) }
const root = fileURLToPath(new URL('../..', import.meta.url))

describePostgres('sweeping of Postgres', (server) => {
  const tables = postgresTables(server)
  beforeEach(() => tables.clear())

  /** How many records there are, and how many of them still have their response. */
  async function kept() {
    const { rows } = await tables.pool.query(
      'SELECT count(*)::int AS records, count(body)::int AS bodies FROM culpa_idempotency',
    )
    return rows[0] as { records: number; bodies: number }
  }

  /** Records that were over long ago, except the last, whose outcome is unknown. */
  async function recordOld(count: number): Promise<void> {
    const store = postgresIdempotency(tables.pool, { now: () => 1_000_000_000_000, sweepEveryMs: Infinity })
    await store.claim('unknown', 'f', 1)
    for (let scope = 0; scope < count; scope++) {
      const { attempt } = (await store.claim(String(scope), 'f', 1000)) as { attempt: number }
      await store.finish(String(scope), attempt, reply)
    }
  }

  /** A pool that tells how often the store that has it swept. */
  function watchedPool() {
    let sweeps = 0
    const pool = new Proxy(tables.pool, {
      get(target, name) {
        if (name !== 'query') return Reflect.get(target, name, target)
        return (text: string, values?: unknown[]) => {
          if (text.startsWith('DELETE FROM culpa_idempotency WHERE')) sweeps++
          return target.query(text, values)
        }
      },
    })
    return { pool, sweeps: () => sweeps }
  }

  test('a store that claims drops what is over by itself, and nothing else', async () => {
    await recordOld(20)
    const store = postgresIdempotency(tables.pool, { sweepEveryMs: 20 })
    await store.claim('new', 'f', 60_000)
    await until(async () => (await kept()).records === 2 || undefined)
    expect([(await store.find('unknown'))?.state, (await store.find('new'))?.state]).toEqual(['unknown', 'running'])
    store.close()
  })

  test('only one process sweeps at a time', async () => {
    await recordOld(3)
    const { pool, sweeps } = watchedPool()
    const other: PoolClient = await tables.pool.connect()
    // What a process that sweeps holds.
    await other.query('SELECT pg_advisory_lock(7203418266)')
    const store = postgresIdempotency(pool, { sweepEveryMs: 5 })
    await store.claim('new', 'f', 60_000)
    await until(async () => sweeps() > 3 || undefined)
    expect(await kept()).toEqual({ records: 5, bodies: 3 })
    await other.query('SELECT pg_advisory_unlock(7203418266)')
    other.release()
    await until(async () => (await kept()).records === 2 || undefined)
    store.close()
  })

  test('it begins with the first claim and ends with close', async () => {
    const { pool, sweeps } = watchedPool()
    const quiet = postgresIdempotency(pool, { sweepEveryMs: 1 })
    await quiet.find('anything')
    const closed = postgresIdempotency(pool, { sweepEveryMs: 1 })
    await closed.claim('some', 'f', 60_000)
    closed.close()
    await closed.claim('other', 'f', 60_000)
    const busy = postgresIdempotency(tables.pool, { sweepEveryMs: 1 })
    await busy.claim('new', 'f', 60_000)
    // What was on its way when it was closed comes to its end while the one that sweeps has its time many times over.
    const dropped = async () => (await kept()).records === 4 || undefined
    await recordOld(5)
    await until(dropped)
    const before = sweeps()
    await tables.pool.query("DELETE FROM culpa_idempotency WHERE scope = 'unknown'")
    await recordOld(5)
    await until(dropped)
    expect(sweeps()).toBe(before)
    busy.close()
  })

  test('a database that is lost meanwhile is left to the next time', async () => {
    await recordOld(3)
    const pool = new Pool({ connectionString: server.url, max: 2 })
    pool.on('error', () => undefined)
    const store = postgresIdempotency(pool, { sweepEveryMs: 10 })
    await store.claim('new', 'f', 60_000)
    await server.kill()
    await server.restart()
    await until(async () => (await kept().catch(() => undefined))?.records === 2 || undefined)
    store.close()
    await pool.end()
  })

  test('it keeps no process alive', async () => {
    const program = `
      import { postgresIdempotency } from 'culpa/postgres'
      import { Pool } from 'pg'
      const pool = new Pool({ connectionString: process.argv[1] })
      await postgresIdempotency(pool, { sweepEveryMs: 3_600_000 }).claim('of a process', 'f', 1000)
      await pool.end()`
    const args = ['--conditions=culpa-source', '--input-type=module', '-e', program, server.url]
    const child = spawn(process.execPath, args, { cwd: root, stdio: 'inherit' })
    expect(await once(child, 'exit')).toEqual([0, null])
  })
})
