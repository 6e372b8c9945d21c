import { execFileSync } from 'node:child_process'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { DatabaseSync } from 'node:sqlite'
import { afterEach, expect, test } from 'vitest'
import { reply } from '../server/reply.ts'
import type { IdempotencyStore } from '../server/stores.ts'
import { chargesApi, countEffects, onSqlite, openDatabase } from './testing-charges.suite.ts'

const folders: string[] = []

afterEach(() => {
  for (const folder of folders.splice(0)) rmSync(folder, { recursive: true })
})

function databaseFile(): string {
  const folder = mkdtempSync(join(tmpdir(), 'culpa-'))
  folders.push(folder)
  return join(folder, 'api.db')
}

function takeEffect(tx: DatabaseSync | undefined): void {
  tx!.prepare("INSERT INTO effects VALUES ('ch')").run()
}

test('claim, business writes and response commit once', async () => {
  const keeping = onSqlite('transactional')
  const { charge } = await chargesApi(keeping, {
    handler({ tx }) {
      takeEffect(tx)
      return 'charged'
    },
  })
  for (let count = 0; count < 3; count++) expect((await charge()).text).toBe('"charged"')
  expect(countEffects(keeping)).toBe(1)
})

test('handler throws, transactional: rolled back together; a retry runs', async () => {
  const keeping = onSqlite('transactional')
  let isBroken = true
  const { charge } = await chargesApi(keeping, {
    handler({ tx }) {
      takeEffect(tx)
      if (isBroken) throw new Error('bug')
      return 'charged'
    },
  })
  expect(await charge()).toMatchObject({ status: 500, code: 'internal_error' })
  expect(countEffects(keeping)).toBe(0)
  isBroken = false
  expect((await charge()).text).toBe('"charged"')
  expect(countEffects(keeping)).toBe(1)
})

test('handler: 5xx, transactional: rolled back together; a retry runs', async () => {
  const keeping = onSqlite('transactional')
  const { charge, runs } = await chargesApi(keeping, {
    handler({ tx, errors }) {
      takeEffect(tx)
      throw errors.bank_failed()
    },
  })
  for (let count = 0; count < 2; count++) expect((await charge()).code).toBe('bank_failed')
  expect([countEffects(keeping), runs()]).toEqual([0, 2])
})

test('handler: final 4xx, transactional: its writes are rolled back, its answer is recorded', async () => {
  const keeping = onSqlite('transactional')
  const { charge, runs } = await chargesApi(keeping, {
    handler({ tx, errors }) {
      takeEffect(tx)
      throw errors.card_declined()
    },
  })
  for (let count = 0; count < 2; count++) expect((await charge()).code).toBe('card_declined')
  expect([countEffects(keeping), runs()]).toEqual([0, 1])
})

test('an answer that JSON cannot write rolls everything back', async () => {
  const keeping = onSqlite('transactional')
  const { charge } = await chargesApi(keeping, {
    handler({ tx }) {
      takeEffect(tx)
      return { amount: 1n }
    },
  })
  expect((await charge()).code).toBe('internal_error')
  expect(countEffects(keeping)).toBe(0)
})

test('a handler that returns a promise is a mistake: 500, rolled back, the remedy in the log', async () => {
  const keeping = onSqlite('transactional')
  const { charge, events } = await chargesApi(keeping, {
    async handler({ tx }) {
      takeEffect(tx)
      return 'charged'
    },
  })
  expect((await charge()).code).toBe('internal_error')
  expect(events[0]?.cause).toContain("mode: 'lease'")
  expect(countEffects(keeping)).toBe(0)
})

test('a commit that fails: nothing happened, the caller may come again, and nothing is recorded', async () => {
  const keeping = onSqlite('transactional')
  keeping.db!.exec(
    'CREATE TABLE owners (id TEXT PRIMARY KEY); ' +
      'CREATE TABLE owned (owner TEXT REFERENCES owners DEFERRABLE INITIALLY DEFERRED)',
  )
  let owner = 'nobody'
  const { charge, events } = await chargesApi(keeping, {
    handler({ tx }) {
      takeEffect(tx)
      tx!.prepare('INSERT INTO owned VALUES (?)').run(owner)
      tx!.prepare("INSERT OR IGNORE INTO owners VALUES ('ada')").run()
      return 'charged'
    },
  })
  const refused = await charge()
  expect(refused).toMatchObject({ status: 503, code: 'service_unavailable' })
  expect(events[0]?.cause).toContain('FOREIGN KEY')
  expect(countEffects(keeping)).toBe(0)
  owner = 'ada'
  const answer = await charge()
  expect([answer.text, answer.header('idempotent-replayed')]).toEqual(['"charged"', undefined])
  expect(countEffects(keeping)).toBe(1)
})

test('without a key an operation of a transactional store is a transaction all the same', async () => {
  const keeping = onSqlite('transactional')
  let isBroken = true
  const { charge } = await chargesApi(keeping, {
    idempotency: 'optional',
    handler({ tx }) {
      takeEffect(tx)
      if (isBroken) throw new Error('bug')
      return 'charged'
    },
  })
  expect((await charge({ idempotencyKey: undefined })).status).toBe(500)
  expect(countEffects(keeping)).toBe(0)
  isBroken = false
  for (let count = 0; count < 2; count++) await charge({ idempotencyKey: undefined })
  expect(countEffects(keeping)).toBe(2)
})

test('owner died, transactional store: nothing happened: runs', async () => {
  const path = databaseFile()
  expect(() => diesInHandler(path, 'transactional')).toThrow(/SIGKILL/)
  const keeping = onSqlite('transactional', openDatabase(path))
  expect(countEffects(keeping)).toBe(0)
  const { charge } = await chargesApi(keeping, {
    handler({ tx }) {
      takeEffect(tx)
      return 'charged'
    },
  })
  for (let count = 0; count < 2; count++) expect((await charge()).text).toBe('"charged"')
  expect(countEffects(keeping)).toBe(1)
})

test('owner died, lease mode: 409 idempotency_in_progress for the lease, idempotency_outcome_unknown for ever after', async () => {
  const path = databaseFile()
  expect(() => diesInHandler(path, 'lease')).toThrow(/SIGKILL/)
  const keeping = onSqlite('lease', openDatabase(path))
  keeping.clock.advance(Date.now() - keeping.clock.now())
  const { charge, runs } = await chargesApi(keeping)
  expect((await charge()).code).toBe('idempotency_in_progress')
  keeping.clock.advance(120_000)
  expect(await charge()).toMatchObject({ status: 409, code: 'idempotency_outcome_unknown' })
  expect(runs()).toBe(0)
})

/** Charges in another process, which is killed in the handler, after its effect. @throws {Error} for the signal */
function diesInHandler(path: string, mode: 'transactional' | 'lease'): void {
  const script = `
    import { openDatabase, chargesApi } from ${JSON.stringify(import.meta.resolve('./testing-charges.suite.ts'))}
    import { sqliteIdempotency } from ${JSON.stringify(import.meta.resolve('../stores/sqlite.ts'))}
    const db = openDatabase(process.argv[1])
    const handler = () => {
      if (process.argv[2] === 'transactional') db.exec("INSERT INTO effects VALUES ('ch')")
      process.kill(process.pid, 'SIGKILL')
    }
    const { charge } = await chargesApi({ mode: process.argv[2], store: sqliteIdempotency(db) }, { handler })
    await charge()`
  const given = ['--conditions=culpa-source', '--input-type=module', '--eval', script, path, mode]
  execFileSync(process.execPath, given, { stdio: 'pipe' })
}

test('a keyed request finishes when the caller goes away: its handler is not told to stop', async () => {
  const gone = AbortSignal.abort(new Error('gone'))
  const { charge } = await chargesApi(onSqlite('transactional'), {
    idempotency: 'optional',
    handler: ({ signal }) => ({ aborted: signal.aborted }),
  })
  expect((await charge({ signal: gone })).json).toEqual({ aborted: false })
  expect((await charge({ signal: gone, idempotencyKey: undefined })).json).toEqual({ aborted: true })
})

test('a stream is recorded whole, on a store whose transactions may wait', async () => {
  const records = onSqlite('lease').store
  const transact: NonNullable<IdempotencyStore['transact']> = async (claim, work) => {
    const taken = await records.find(claim!.scope)
    if (taken !== undefined) return taken
    const end = await work(undefined)
    const claimed = await records.claim(claim!.scope, claim!.fingerprint, 1000)
    if (end.effects !== 'discard') await records.finish(claim!.scope, claimed.attempt, end.reply)
    return undefined
  }
  const { charge, runs } = await chargesApi(
    { mode: 'transactional', store: { ...records, transact } },
    { handler: () => reply(200, new Blob(['one,', 'two']).stream(), [['content-type', 'text/csv']]) },
  )
  const [first, again] = [await charge(), await charge()]
  expect([first.status, first.text, again.text]).toEqual([200, 'one,two', 'one,two'])
  expect([runs(), again.header('idempotent-replayed'), again.header('content-type')]).toEqual([1, 'true', 'text/csv'])
})
