import type { DatabaseSync } from 'node:sqlite'
import { expect, test } from 'vitest'
import type { TransactionEnd } from '../../packages/culpa/src/server/stores.ts'
import { type SqliteDatabase, sqliteIdempotency } from '../../packages/culpa/src/stores/sqlite.ts'
import { binary } from './binary-reply.ts'
import { idempotencyStoreSuite, times } from './idempotency-store.suite.ts'
import { inspectionSuite } from './inspection.suite.ts'
import { sqliteFile } from './sqlite-file.ts'
import { transactionalStoreSuite } from './transactional-store.suite.ts'

function open() {
  const file = sqliteFile()
  let time = 1_700_000_000_000
  const options = { ...times, now: () => time }
  const db = file.open()
  const other = file.open()
  db.exec('CREATE TABLE effects (name TEXT)')
  return {
    db,
    other,
    store: sqliteIdempotency(db, options),
    second: sqliteIdempotency(other, options),
    advance(ms: number) {
      time += ms
    },
    write: (_tx: unknown, effect: string) => db.prepare('INSERT INTO effects VALUES (?)').run(effect),
    effects: () =>
      other
        .prepare('SELECT name FROM effects ORDER BY rowid')
        .all()
        .map(({ name }) => String(name)),
    close: file.close,
  }
}

idempotencyStoreSuite('SQLite', open)
inspectionSuite('SQLite', open)
transactionalStoreSuite('SQLite', open)

function check(title: string, body: (under: ReturnType<typeof open>) => void | Promise<void>): void {
  test(title, async () => {
    const under = open()
    try {
      await body(under)
    } finally {
      under.close()
    }
  })
}

const claim = { scope: 's', fingerprint: 'f' }
const keep = () => ({ effects: 'keep', reply: binary }) as const

check('hands the handle itself to the work', async ({ db, store }) => {
  await store.transact(claim, (tx) => {
    expect(tx).toBe(db)
    return keep()
  })
})

check('rolls a handler back that returns a promise, and says what to do', async ({ db, store, write, effects }) => {
  const work = async () => {
    write(db, 'charge')
    throw new Error('nobody waits for this')
  }
  await expect(store.transact(claim, work)).rejects.toThrow(/returned a promise.*Remedy: make it synchronous/)
  expect(db.isTransaction).toBe(false)
  expect(effects()).toEqual([])
  expect(store.find('s')).toBeUndefined()
})

check('refuses a transaction within one, and the outer one goes on', async ({ db, store, write, effects }) => {
  await store.transact(claim, () => {
    write(db, 'outer')
    expect(() => store.transact({ ...claim, scope: 'inner' }, keep)).toThrow(/a transaction is open/)
    expect(() => store.claim('leased', 'f', 1000)).toThrow(/a transaction is open/)
    return keep()
  })
  expect(effects()).toEqual(['outer'])
})

check('refuses to claim in a transaction of the user, which could take the claim back', ({ db, store }) => {
  db.exec('BEGIN')
  expect(() => store.claim('s', 'f', 1000)).toThrow(TypeError)
  expect(() => store.transact(claim, keep)).toThrow(TypeError)
  expect(db.isTransaction).toBe(true)
  db.exec('ROLLBACK')
})

/** Work whose commit the database refuses. */
function orphan(db: DatabaseSync) {
  db.exec('PRAGMA foreign_keys = ON; CREATE TABLE parents (id INTEGER PRIMARY KEY)')
  db.exec('CREATE TABLE children (parent INTEGER REFERENCES parents (id) DEFERRABLE INITIALLY DEFERRED)')
  return () => {
    db.exec("INSERT INTO effects VALUES ('orphan'); INSERT INTO children VALUES (1)")
    return keep()
  }
}

check('rolls back and throws when the commit fails, and a retry runs', async ({ db, store, effects }) => {
  await expect(store.transact(claim, orphan(db))).rejects.toThrow(/FOREIGN KEY/)
  expect(db.isTransaction).toBe(false)
  expect(effects()).toEqual([])
  expect(await store.transact(claim, keep)).toBeUndefined()
})

const waysToEnd = ['COMMIT', 'ROLLBACK', 'COMMIT; BEGIN']

check('a handler that ended the transaction itself has an unknown outcome: nothing runs again', async (under) => {
  const { db, store } = under
  for (const end of waysToEnd) {
    const mine = { ...claim, scope: end }
    const work = () => {
      db.exec(end)
      return keep()
    }
    await expect(store.transact(mine, work)).rejects.toThrow(/ended its own transaction/)
    expect(db.isTransaction).toBe(false)
    expect(store.find(end)).toMatchObject({ state: 'unknown', fingerprint: claim.fingerprint })
    expect(await store.transact(mine, work)).toMatchObject({ state: 'unknown' })
  }
})

check('waits for nobody while another connection writes, and does nothing', async ({ db, other, store, effects }) => {
  db.exec('PRAGMA busy_timeout = 0')
  other.exec('BEGIN IMMEDIATE')
  await expect(store.transact(claim, keep)).rejects.toThrow(/locked/)
  expect(() => store.claim('s', 'f', 1000)).toThrow(/locked/)
  expect(db.isTransaction).toBe(false)
  other.exec('ROLLBACK')
  expect(await store.transact(claim, keep)).toBeUndefined()
  expect(effects()).toEqual([])
})

check('refuses to replay a reply whose bytes changed on disk', async ({ db, store }) => {
  const damages = [
    "body = x'fffe00802200'",
    "headers = replace(headers, '/a', '/x')",
    'status = 200',
    "state = 'finishes'",
  ]
  db.exec('PRAGMA ignore_check_constraints = ON')
  for (const [index, damage] of damages.entries()) {
    const scope = `s${index}`
    await store.transact({ ...claim, scope }, keep)
    db.exec(`UPDATE culpa_idempotency SET ${damage} WHERE scope = '${scope}'`)
    expect(() => store.find(scope)).toThrow(/damaged/)
    await expect(store.transact({ ...claim, scope }, keep)).rejects.toThrow(/damaged/)
  }
  expect(db.isTransaction).toBe(false)
})

/** Sends the works at once, each under its own key; tells what became of each. */
function together(under: ReturnType<typeof open>, works: Readonly<Record<string, () => TransactionEnd>>) {
  const { store } = under
  return Promise.all(
    Object.entries(works).map(([scope, work]) =>
      store.transact({ ...claim, scope }, work).then(
        async () => (await store.find(scope))?.state ?? 'nothing',
        (cause) => (cause as Error).message,
      ),
    ),
  )
}

check('requests that arrive together share one commit', async ({ db }) => {
  let commits = 0
  const counting: SqliteDatabase = {
    exec: (sql) => db.exec(sql),
    prepare(sql) {
      const statement = db.prepare(sql)
      if (sql !== 'COMMIT') return statement
      const run = () => {
        commits += 1
        return statement.run()
      }
      return { run, get: () => undefined, all: () => [] }
    },
  }
  const store = sqliteIdempotency(counting)
  await Promise.all(Array.from({ length: 10 }, (_, index) => store.transact({ ...claim, scope: `k${index}` }, keep)))
  expect(commits).toBe(1)
})

check('of requests that are committed together, one that fails undoes only what it did', async (under) => {
  const { db, write, effects } = under
  const add = (name: string) => () => {
    write(db, name)
    return keep()
  }
  const outcomes = await together(under, {
    first: add('first'),
    throwing: () => {
      write(db, 'throwing')
      throw new Error('out of stock')
    },
    refusing: () => ({ ...add('refusing')(), effects: 'record' }),
    discarding: () => {
      write(db, 'discarding')
      return { effects: 'discard' }
    },
    last: add('last'),
  })
  expect(outcomes).toEqual(['finished', 'out of stock', 'finished', 'nothing', 'finished'])
  expect(effects()).toEqual(['first', 'last'])
})

check('a commit refused because of one is made for the others', async (under) => {
  const { db, write, effects } = under
  const add = () => {
    write(db, 'mine')
    return keep()
  }
  const outcomes = await together(under, { first: add, orphan: orphan(db), last: add })
  expect(outcomes).toEqual(['finished', expect.stringMatching(/FOREIGN KEY/), 'finished'])
  expect(effects()).toEqual(['mine', 'mine'])
})

for (const end of waysToEnd)
  check(`a handler that ends the transaction by ${end} leaves those committed with it once`, async (under) => {
    const { db, write, effects } = under
    const add = () => {
      write(db, 'mine')
      return keep()
    }
    const ending = () => {
      db.exec(end)
      return keep()
    }
    const outcomes = await together(under, { first: add, ending, last: add })
    expect(outcomes).toEqual(['finished', expect.stringMatching(/ended its own transaction/), 'finished'])
    expect(under.store.find('ending')).toMatchObject({ state: 'unknown' })
    expect(effects()).toEqual(['mine', 'mine'])
  })

check('of two requests with one key in one commit the second gets the answer of the first', async ({ store }) => {
  let runs = 0
  const work = () => {
    runs += 1
    return keep()
  }
  const [first, second, third] = await Promise.all([
    store.transact(claim, work),
    store.transact(claim, work),
    store.transact({ ...claim, fingerprint: 'other' }, work),
  ])
  expect(first).toBeUndefined()
  expect(second).toMatchObject({ state: 'finished', reply: binary })
  expect(third).toMatchObject({ state: 'finished', fingerprint: 'f' })
  expect(runs).toBe(1)
})

check('a full disk refuses what writes, answers what reads, and is over when there is room', async (under) => {
  const { db, store, write, effects } = under
  await store.transact(claim, keep)
  const { page_count: pages } = db.prepare('PRAGMA page_count').get() as { page_count: number }
  db.exec(`PRAGMA max_page_count = ${pages}`)
  const large = () => {
    write(db, 'x'.repeat(100_000))
    return keep()
  }
  const full = expect.stringMatching(/full/)
  expect(await together(under, { first: large, second: large })).toEqual([full, full])
  expect(store.find('s')).toMatchObject({ state: 'finished', reply: binary })
  db.exec('PRAGMA max_page_count = 4294967294')
  expect(await together(under, { first: large, second: large })).toEqual(['finished', 'finished'])
  expect(effects()).toHaveLength(2)
})

check('recording sweeps by itself, a few at a time', async ({ db, store, advance }) => {
  const rows = () => Number(db.prepare('SELECT count(*) AS count FROM culpa_idempotency').get()?.count)
  for (let key = 0; key < 300; key += 1) await store.transact({ ...claim, scope: `k${key}` }, keep)
  advance(times.tombstoneTtlMs)
  for (let key = 0; key < 300; key += 1) await store.transact({ ...claim, scope: `n${key}` }, keep)
  expect(rows()).toBeLessThan(350)
})

check('sweeps a limited number of old responses and tombstones at a time', async ({ db, store, advance }) => {
  const rows = () => db.prepare('SELECT count(*) AS all_rows, count(body) AS bodies FROM culpa_idempotency').get()
  for (let key = 0; key < 5; key += 1) await store.transact({ ...claim, scope: `k${key}` }, keep)
  store.claim('running', 'f', 1e9)
  store.claim('unknown', 'f', 1)
  expect(store.sweep()).toBe(0)
  advance(times.responseTtlMs)
  expect([store.sweep(3), rows()]).toEqual([3, { all_rows: 7, bodies: 2 }])
  expect([store.sweep(3), store.sweep(3)]).toEqual([2, 0])
  expect(store.find('k0')).toMatchObject({ state: 'expired', fingerprint: 'f' })
  advance(times.tombstoneTtlMs - times.responseTtlMs)
  expect([store.sweep(3), store.sweep(3), rows()]).toEqual([3, 2, { all_rows: 2, bodies: 0 }])
  expect(store.find('unknown')).toMatchObject({ state: 'unknown' })
})

check('leaves no steps of deleted records behind', ({ db, store }) => {
  const { attempt } = store.claim('s', 'f', 1000) as { attempt: number }
  store.saveStep('s', attempt, 'charge', Uint8Array.of(1))
  store.release('s', attempt)
  expect(db.prepare('SELECT count(*) AS steps FROM culpa_steps').get()).toEqual({ steps: 0 })
})
