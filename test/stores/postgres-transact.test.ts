import type { Pool, PoolClient } from 'pg'
import { afterAll, beforeAll, expect, test } from 'vitest'
import type { TransactionEnd } from '../../packages/culpa/src/server/stores.ts'
import { type PostgresPool, postgresIdempotency } from '../../packages/culpa/src/stores/postgres.ts'
import { bigLiteral, lockNumber } from '../../packages/culpa/src/stores/postgres-literals.ts'
import { type FaultProxy, startFaultProxy } from '../support/fault-proxy.ts'
import { describePostgres, pgPool, postgresJs } from '../support/postgres.ts'
import { until } from '../support/until.ts'
import { binary } from './binary-reply.ts'
import { postgresTables } from './postgres-tables.ts'

const claim = { scope: 's', fingerprint: 'f' }
const keep: TransactionEnd = { effects: 'keep', reply: binary }
const charge = (tx: PoolClient) => tx.query("INSERT INTO effects (name) VALUES ('charge')")
const charging = async (tx: PoolClient) => {
  await charge(tx)
  return keep
}

describePostgres('transactions on Postgres', (server) => {
  const tables = postgresTables(server)
  let proxy: FaultProxy
  let viaProxy: Pool
  beforeAll(async () => {
    proxy = await startFaultProxy(server.port)
    viaProxy = pgPool({ ...server, url: server.url.replace(String(server.port), String(proxy.port)) })
  })
  afterAll(async () => {
    await proxy.close()
    await viaProxy.end()
  })

  function check(title: string, body: () => Promise<void>): void {
    test(title, async () => {
      await tables.clear()
      await body()
      // No transaction is left open, or only until its connection has closed.
      await until(async () => {
        const open = "SELECT 1 FROM pg_stat_activity WHERE state LIKE 'idle in transaction%'"
        return (await tables.pool.query(open)).rows.length === 0 || undefined
      })
    })
  }

  check(
    'a holder seen between its two locks is neither the same request nor another: it is asked about again',
    async () => {
      const store = postgresIdempotency(tables.pool)
      const holder = await tables.pool.connect()
      await holder.query(`SELECT pg_advisory_lock(${bigLiteral(lockNumber(claim.scope))})`)
      const answer = store.transact(claim, charging)
      const early = await Promise.race([answer, new Promise((resolve) => setTimeout(resolve, 100, 'waits'))])
      await holder.query('SELECT pg_advisory_unlock_all()')
      holder.release()
      expect(early).toBe('waits')
      expect(await answer).toBeUndefined()
      expect(await tables.effects()).toEqual(['charge'])
    },
  )

  check(
    'a second request with the key is told at once that the first runs, and whether it is another one',
    async () => {
      const store = postgresIdempotency(tables.pool)
      const { promise, resolve } = Promise.withResolvers<TransactionEnd>()
      let runs = 0
      const first = store.transact(claim, () => {
        runs += 1
        return promise
      })
      await until(async () => runs || undefined)
      const work = () => {
        runs += 1
        return keep
      }
      const same = await Promise.all([1, 2, 3].map(() => store.transact(claim, work)))
      for (const one of same) expect(one).toMatchObject({ state: 'running', fingerprint: 'f' })
      expect(await store.transact({ ...claim, fingerprint: 'other' }, work)).toMatchObject({ state: 'running' })
      expect((await store.transact({ ...claim, fingerprint: 'other' }, work))?.fingerprint).not.toBe('other')
      expect(await store.transact({ ...claim, scope: 'free' }, work)).toBeUndefined()
      resolve(keep)
      expect(await first).toBeUndefined()
      expect(await store.transact(claim, work)).toMatchObject({ state: 'finished' })
      expect(runs).toBe(2)
    },
  )

  check('a commit waits for the disk, also where the database does not by itself', async () => {
    const { rows } = await tables.pool.query<{ name: string }>('SELECT current_database() AS name')
    await tables.pool.query(`ALTER DATABASE ${rows[0]?.name} SET synchronous_commit = off`)
    const pool = pgPool(server)
    const settings: string[] = []
    await postgresIdempotency(pool).transact(claim, async (tx) => {
      settings.push((await tx.query('SHOW synchronous_commit')).rows[0].synchronous_commit)
      return keep
    })
    expect(settings).toEqual(['on'])
    await pool.end()
    await tables.pool.query(`ALTER DATABASE ${rows[0]?.name} RESET synchronous_commit`)
  })

  check('a statement that failed in the handler undoes it: nothing is kept, a refusal is', async () => {
    const store = postgresIdempotency(tables.pool)
    const failing = (end: TransactionEnd) => async (tx: PoolClient) => {
      await charge(tx)
      await tx.query('SELECT 1 / 0').catch(() => undefined)
      return end
    }
    await expect(store.transact(claim, failing(keep))).rejects.toThrow(/aborted/)
    expect(await store.find('s')).toBeUndefined()
    await store.transact(claim, failing({ effects: 'record', reply: binary }))
    expect(await store.find('s')).toMatchObject({ state: 'finished' })
    expect(await tables.effects()).toEqual([])
  })

  check('a commit that the database refuses leaves nothing, and a retry runs', async () => {
    const store = postgresIdempotency(tables.pool)
    await tables.pool.query('CREATE TABLE parents (id INT PRIMARY KEY)')
    await tables.pool.query('CREATE TABLE children (parent INT REFERENCES parents DEFERRABLE INITIALLY DEFERRED)')
    const orphan = async (tx: PoolClient) => {
      await tx.query('INSERT INTO children VALUES (1)')
      return charging(tx)
    }
    await expect(store.transact(claim, orphan)).rejects.toThrow(/foreign key/)
    await expect(store.transact(undefined, orphan)).rejects.toThrow(/foreign key/)
    expect(await store.transact(claim, charging)).toBeUndefined()
    expect(await tables.effects()).toEqual(['charge'])
  })

  check('a handler that ended the transaction itself has an unknown outcome: nothing runs again', async () => {
    const store = postgresIdempotency(tables.pool)
    for (const end of ['COMMIT', 'ROLLBACK', 'COMMIT; BEGIN']) {
      const mine = { ...claim, scope: end }
      const work = async (tx: PoolClient) => {
        await tx.query(end)
        return keep
      }
      await expect(store.transact(mine, work)).rejects.toThrow(/ended its own transaction/)
      expect(await store.transact(mine, work)).toMatchObject({ state: 'unknown', fingerprint: 'f' })
      await expect(store.transact(undefined, work)).rejects.toThrow(/ended its own transaction/)
    }
  })

  check('what a handler has started and not waited for writes nothing once its transaction is over', async () => {
    for (const pool of [pgPool(server, 1), postgresJs(server, 1)]) {
      const store = postgresIdempotency<PostgresPool>(pool)
      const over = Promise.withResolvers<void>()
      let late: Promise<unknown> | undefined
      const work = async (tx: unknown): Promise<TransactionEnd> => {
        const insert = "INSERT INTO effects (name) VALUES ('late')"
        const { query, unsafe } = tx as { [name in 'query' | 'unsafe']?: (text: string) => Promise<unknown> }
        late = over.promise.then(() => (unsafe ?? query)?.(insert))
        late.catch(() => undefined)
        throw new Error('another part has failed')
      }
      await expect(store.transact(claim, work)).rejects.toThrow('another part has failed')
      over.resolve()
      await expect(late).rejects.toThrow(/used tx after its transaction/)
      await pool.end()
    }
    expect(await tables.effects()).toEqual([])
  })

  check('a connection lost while the handler runs: told so, nothing happened, and a retry runs', async () => {
    const store = postgresIdempotency(tables.pool)
    const losing = async (tx: PoolClient): Promise<TransactionEnd> => {
      await charge(tx)
      await tx.query('SELECT pg_terminate_backend(pg_backend_pid())').catch(() => undefined)
      return { effects: 'discard' }
    }
    await expect(store.transact(claim, losing)).rejects.toThrow(/lost while the handler ran/)
    await expect(store.transact(undefined, losing)).rejects.toThrow(/lost while the handler ran/)
    expect(await store.transact(claim, charging)).toBeUndefined()
    expect(await tables.effects()).toEqual(['charge'])
  })

  check('a connection lost before the COMMIT: nothing happened, and a retry runs', async () => {
    const store = postgresIdempotency(viaProxy)
    proxy.judge = (sent) => (sent.includes('COMMIT') ? 'cut-before' : 'pass')
    await expect(store.transact(claim, charging)).rejects.toThrow(/nothing happened/)
    await expect(store.transact(undefined, charging)).rejects.toThrow(/nothing happened/)
    proxy.judge = () => 'pass'
    expect(await tables.effects()).toEqual([])
    expect(await store.transact(claim, charging)).toBeUndefined()
    expect(await tables.effects()).toEqual(['charge'])
  })

  check('a connection lost after the COMMIT: the record is read before answering', async () => {
    const store = postgresIdempotency(viaProxy)
    proxy.judge = (sent) => (sent.includes('COMMIT') ? 'cut-after' : 'pass')
    expect(await store.transact(claim, charging)).toMatchObject({ state: 'finished', fingerprint: 'f', reply: binary })
    expect(await store.transact(undefined, charging)).toBeUndefined()
    proxy.judge = () => 'pass'
    expect(await tables.effects()).toEqual(['charge', 'charge'])
  })

  check('a server process that is ended in the COMMIT: waited for, then nothing happened', async () => {
    const store = postgresIdempotency(tables.pool)
    await tables.pool.query(`
      CREATE FUNCTION linger() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN PERFORM pg_sleep(60); RETURN NULL; END';
      CREATE TABLE lingering (id INT);
      CREATE CONSTRAINT TRIGGER linger AFTER INSERT ON lingering DEFERRABLE INITIALLY DEFERRED
        FOR EACH ROW EXECUTE FUNCTION linger()`)
    let runs = 0
    const work = async (tx: PoolClient) => {
      runs += 1
      if (runs === 1) await tx.query('INSERT INTO lingering VALUES (1)')
      return charging(tx)
    }
    const first = Promise.resolve(store.transact(claim, work)).then(String, String)
    await until(async () => {
      const { rows } = await tables.pool.query(
        "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE wait_event = 'PgSleep'",
      )
      return rows[0]
    })
    expect(await first).toMatch(/nothing happened/)
    expect(await store.transact(claim, work)).toBeUndefined()
    expect(await tables.effects()).toEqual(['charge'])
    expect(runs).toBe(2)
  })

  check('silent: waited for as long as told, then given up at once, and back by itself', async () => {
    const store = postgresIdempotency(viaProxy, { timeoutMs: 100 })
    proxy.judge = () => 'hold'
    for (let tries = 0; tries < 5; tries += 1) await expect(store.find('s')).rejects.toThrow('within 100 ms')
    await expect(store.find('s')).rejects.toThrow('given up')
    await expect(store.transact(claim, charging)).rejects.toThrow('given up')
    proxy.judge = () => 'pass'
    proxy.resume()
    await until(async () => (await store.find('s')) ?? 'nothing')
    expect(await store.transact(claim, charging)).toBeUndefined()
    expect(await tables.effects()).toEqual(['charge'])
  })

  check('no connection left: who has one commits all the same, and who waited in vain takes none', async () => {
    const pool = pgPool(server, 1)
    let connections = 0
    pool.on('connect', () => {
      connections += 1
    })
    const store = postgresIdempotency(pool, { timeoutMs: 100 })
    await store.transact({ ...claim, scope: 'before' }, charging)
    const { promise, resolve } = Promise.withResolvers<void>()
    const first = store.transact(claim, async (tx) => {
      await promise
      return charging(tx)
    })
    for (let tries = 0; tries < 5; tries += 1) {
      await expect(store.transact({ ...claim, scope: `${tries}` }, charging)).rejects.toThrow('within 100 ms')
    }
    await expect(store.transact({ ...claim, scope: 'given up' }, charging)).rejects.toThrow('given up')
    resolve()
    expect(await first).toBeUndefined()
    await until(() => store.transact({ ...claim, scope: 'after' }, charging).then(() => true))
    expect(connections).toBe(1)
    await pool.end()
    expect(await tables.effects()).toHaveLength(3)
  })

  check('a claim that is answered too late is undone: nobody works under it', async () => {
    const pool = pgPool(server, 1)
    const store = postgresIdempotency(pool, { timeoutMs: 200 })
    await until(async () => store.claim('before', 'f', 1000))
    const other = await tables.pool.connect()
    await other.query('BEGIN; LOCK TABLE culpa_idempotency IN EXCLUSIVE MODE')
    await expect(store.claim('s', 'f', 60_000)).rejects.toThrow('within 200 ms')
    await other.query('COMMIT')
    other.release()
    // Its one connection asks this after the claim.
    await until(async () => (await store.find('s')) === undefined || undefined)
    await pool.end()
  })

  check('postgres.js: a connection that was only late is rolled back and used again', async () => {
    const sql = postgresJs(server, 1)
    const store = postgresIdempotency(sql, { timeoutMs: 200 })
    await until(() => store.transact({ ...claim, scope: 'before' }, () => keep).then(() => true))
    const other = await tables.pool.connect()
    await other.query('BEGIN; LOCK TABLE culpa_idempotency IN ACCESS EXCLUSIVE MODE')
    await expect(store.transact(claim, () => keep)).rejects.toThrow('within 200 ms')
    await other.query('COMMIT')
    other.release()
    await until(() => store.transact(claim, () => keep).then(() => true))
    await sql.end()
  })

  check('a reply whose bytes changed on disk is never replayed', async () => {
    const store = postgresIdempotency(tables.pool)
    for (const [index, damage] of [
      "body = '\\xfffe00802200'",
      "headers = replace(headers, '/a', '/x')",
      'status = 200',
    ].entries()) {
      const scope = `s${index}`
      await store.transact({ ...claim, scope }, () => keep)
      await tables.pool.query(`UPDATE culpa_idempotency SET ${damage} WHERE scope = '${scope}'`)
      await expect(store.find(scope)).rejects.toThrow(/damaged/)
      await expect(store.transact({ ...claim, scope }, () => keep)).rejects.toThrow(/damaged/)
    }
  })

  check('a request costs the same however many records there are: none reads the table whole', async () => {
    await tables.pool.query(`INSERT INTO culpa_idempotency (scope, fingerprint, state)
      SELECT 'many ' || count, 'f', 'unknown' FROM generate_series(1, 5000) AS count`)
    const before = await scans()
    const pool = pgPool(server)
    const store = postgresIdempotency(pool)
    for (let count = 0; count < 10; count += 1) {
      const scope = `["org_1","test","POST /v1/charges","${count}"]`
      expect(await store.transact({ ...claim, scope }, charging)).toBeUndefined()
      expect(await store.transact({ ...claim, scope }, charging)).toMatchObject({ state: 'finished' })
      expect(await store.claim(scope, 'f', 1000)).toMatchObject({ state: 'finished' })
      expect(await store.find(`many ${count + 1}`)).toMatchObject({ state: 'unknown' })
    }
    // What a connection has counted is known at the latest when it is closed.
    await pool.end()
    await until(async () => (await scans()).byIndex >= before.byIndex + 40 || undefined)
    expect((await scans()).whole).toBe(before.whole)
  })

  async function scans() {
    const { rows } = await tables.pool.query<{ byIndex: number; whole: number }>(
      `SELECT idx_scan::int AS "byIndex", seq_scan::int AS whole FROM pg_stat_user_tables WHERE relname = 'culpa_idempotency'`,
    )
    return rows[0]!
  }

  check('old responses and tombstones are swept a limited number at a time', async () => {
    let time = 1_800_000_000_000
    const store = postgresIdempotency(tables.pool, {
      responseTtlMs: 10,
      tombstoneTtlMs: 100,
      sweepEveryMs: Infinity,
      now: () => time,
    })
    const rows = async () =>
      (await tables.pool.query('SELECT count(*)::int AS records, count(body)::int AS bodies FROM culpa_idempotency'))
        .rows[0]
    for (let key = 0; key < 5; key += 1) await store.transact({ ...claim, scope: `k${key}` }, () => keep)
    await store.claim('unknown', 'f', 1)
    expect(await store.sweep()).toBe(0)
    time += 10
    expect([await store.sweep(3), await rows()]).toEqual([3, { records: 6, bodies: 2 }])
    expect([await store.sweep(3), await store.sweep(3)]).toEqual([2, 0])
    time += 90
    expect([await store.sweep(3), await store.sweep(3), await rows()]).toEqual([3, 2, { records: 1, bodies: 0 }])
  })

  // The last one: it takes the server away.
  test('gone: refused, nothing ends the process, and back by itself with all that was committed', async () => {
    await tables.clear()
    const store = postgresIdempotency(tables.pool)
    await store.transact(claim, charging)
    await server.kill()
    await expect(store.find('s')).rejects.toThrow()
    await expect(store.transact({ ...claim, scope: 'other' }, charging)).rejects.toThrow()
    await server.restart()
    expect(await until(() => Promise.resolve(store.find('s')))).toMatchObject({ state: 'finished', reply: binary })
    expect(await tables.effects()).toEqual(['charge'])
  })
})

test('Postgres that is down when the process starts: each request is refused, nothing ends the process', async () => {
  const pool = pgPool({ url: 'postgres://culpa@127.0.0.1:1/postgres' })
  await expect(postgresIdempotency(pool).find('s')).rejects.toThrow(/ECONNREFUSED/)
  await pool.end()
})
