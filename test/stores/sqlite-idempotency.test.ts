import { expect, test } from 'vitest'
import { sqliteIdempotency } from '../../packages/culpa/src/stores/sqlite.ts'
import { binary } from './binary-reply.ts'
import { idempotencyStoreSuite, times } from './idempotency-store.suite.ts'
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

check('hands the handle itself to the work', ({ db, store }) => {
  store.transact(claim, (tx) => {
    expect(tx).toBe(db)
    return keep()
  })
})

check('rolls a handler back that returns a promise, and says what to do', async ({ db, store, write, effects }) => {
  const work = async () => {
    write(db, 'charge')
    throw new Error('nobody waits for this')
  }
  expect(() => store.transact(claim, work)).toThrow(/returned a promise.*Remedy: make it synchronous/)
  await Promise.resolve()
  expect(db.isTransaction).toBe(false)
  expect(effects()).toEqual([])
  expect(store.find('s')).toBeUndefined()
})

check('refuses a transaction within one, and the outer one goes on', ({ db, store, write, effects }) => {
  store.transact(claim, () => {
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

check('rolls back and throws when the commit fails, and a retry runs', ({ db, store, effects }) => {
  db.exec('PRAGMA foreign_keys = ON; CREATE TABLE parents (id INTEGER PRIMARY KEY)')
  db.exec('CREATE TABLE children (parent INTEGER REFERENCES parents (id) DEFERRABLE INITIALLY DEFERRED)')
  const orphan = () => {
    db.exec("INSERT INTO effects VALUES ('charge'); INSERT INTO children VALUES (1)")
    return keep()
  }
  expect(() => store.transact(claim, orphan)).toThrow(/FOREIGN KEY/)
  expect(db.isTransaction).toBe(false)
  expect(effects()).toEqual([])
  expect(store.transact(claim, keep)).toBeUndefined()
})

check('a handler that ended the transaction itself has an unknown outcome: nothing runs again', ({ db, store }) => {
  for (const end of ['COMMIT', 'ROLLBACK', 'COMMIT; BEGIN']) {
    const mine = { ...claim, scope: end }
    const work = () => {
      db.exec(end)
      return keep()
    }
    expect(() => store.transact(mine, work)).toThrow(/ended its own transaction/)
    expect(db.isTransaction).toBe(false)
    expect(store.find(end)).toMatchObject({ state: 'unknown', fingerprint: claim.fingerprint })
    expect(store.transact(mine, work)).toMatchObject({ state: 'unknown' })
  }
})

check('waits for nobody while another connection writes, and does nothing', ({ db, other, store, effects }) => {
  db.exec('PRAGMA busy_timeout = 0')
  other.exec('BEGIN IMMEDIATE')
  expect(() => store.transact(claim, keep)).toThrow(/locked/)
  expect(() => store.claim('s', 'f', 1000)).toThrow(/locked/)
  expect(db.isTransaction).toBe(false)
  other.exec('ROLLBACK')
  expect(store.transact(claim, keep)).toBeUndefined()
  expect(effects()).toEqual([])
})

check('refuses to replay a reply whose bytes changed on disk', ({ db, store }) => {
  const damages = [
    "body = x'fffe00802200'",
    "headers = replace(headers, '/a', '/x')",
    'status = 200',
    "state = 'finishes'",
  ]
  db.exec('PRAGMA ignore_check_constraints = ON')
  for (const [index, damage] of damages.entries()) {
    const scope = `s${index}`
    store.transact({ ...claim, scope }, keep)
    db.exec(`UPDATE culpa_idempotency SET ${damage} WHERE scope = '${scope}'`)
    expect(() => store.find(scope)).toThrow(/damaged/)
    expect(() => store.transact({ ...claim, scope }, keep)).toThrow(/damaged/)
  }
  expect(db.isTransaction).toBe(false)
})

check('sweeps a limited number of old responses and tombstones at a time', ({ db, store, advance }) => {
  const rows = () => db.prepare('SELECT count(*) AS all_rows, count(body) AS bodies FROM culpa_idempotency').get()
  for (let key = 0; key < 5; key += 1) store.transact({ ...claim, scope: `k${key}` }, keep)
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
