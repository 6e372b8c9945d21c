import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { Pool } from 'pg'
import { createClient } from 'redis'
import { describe, expect, test } from 'vitest'
import type { IdempotencyStore } from '../../packages/culpa/src/server/stores.ts'
import { migrate as migratePostgres, postgresIdempotency } from '../../packages/culpa/src/stores/postgres.ts'
import { redisIdempotency } from '../../packages/culpa/src/stores/redis.ts'
import { migrate, sqliteIdempotency } from '../../packages/culpa/src/stores/sqlite.ts'
import { programFolder } from '../support/culpa-program.ts'
import { describePostgres } from '../support/postgres.ts'
import { describeRedis } from '../support/redis.ts'

const { culpa, path: folder, write } = programFolder()
const scopeOf = (key: string) => JSON.stringify(['org_1', 'test', 'POST /v1/charges', key])
const encode = (value: unknown) => new TextEncoder().encode(JSON.stringify(value))

interface Opened {
  readonly store: IdempotencyStore
  close(): unknown
}

/** Leaves an attempt whose outcome is unknown, after one step. */
async function leaveUnknown(store: IdempotencyStore, key: string): Promise<number> {
  const { attempt } = await store.claim(scopeOf(key), 'f', 60_000)
  await store.saveStep(scopeOf(key), attempt, 'pay', encode({ id: 'pay_1' }))
  await store.abandon(scopeOf(key), attempt)
  return attempt
}

/** What an operator does, on every kind of store. */
function operatorSuite(name: string, url: () => string, open: () => Promise<Opened>) {
  async function use(body: (store: IdempotencyStore) => Promise<void>): Promise<void> {
    const { store, close } = await open()
    try {
      await body(store)
    } finally {
      await close()
    }
  }
  const run = (...args: string[]) => culpa(['idempotency', ...args, '--store', url()])

  test(`${name}: an unknown outcome is listed, shown, and settled as done: its retries get the answer`, () =>
    use(async (store) => {
      const attempt = await leaveUnknown(store, 'done')
      const other = await leaveUnknown(store, 'other')
      await store.claim(scopeOf('running'), 'f', 60_000)
      const table = (await run('list')).stdout.trimEnd().split('\n')
      expect(table[0]).toMatch(/^ATTEMPT +STATE +AGE +TENANT +ENVIRONMENT +OPERATION +KEY +STEPS$/)
      const line = new RegExp(`^${attempt} +unknown +\\d+s +org_1 +test +POST /v1/charges +done +pay$`)
      expect(table.filter((text) => line.test(text))).toHaveLength(1)
      expect(table.join('\n')).not.toContain('running')

      const { stdout } = await run('show', String(attempt), '--json')
      expect(JSON.parse(stdout)).toEqual({
        attempt,
        state: 'unknown',
        tenant: 'org_1',
        environment: 'test',
        operation: 'POST /v1/charges',
        key: 'done',
        claimedAt: expect.stringMatching(/^20\d\d-/),
        steps: [{ name: 'pay', result: { id: 'pay_1' } }],
      })

      const settle = ['settle', String(attempt), '--done', '--status', '201', '--body', '{"id":"ch_1"}'] as const
      expect(await run(...settle)).toEqual({
        code: 0,
        stdout: `Attempt ${attempt} is settled: its retries get this answer.\n`,
        stderr: '',
      })
      expect(await store.claim(scopeOf('done'), 'f', 60_000)).toEqual({
        state: 'finished',
        fingerprint: 'f',
        attempt,
        reply: { status: 201, headers: [['content-type', 'application/json']], body: encode({ id: 'ch_1' }) },
      })
      expect((await run('show', String(attempt))).stdout).toContain('201 {"id":"ch_1"}')

      const again = await run(...settle)
      expect([again.code, again.stdout]).toEqual([1, ''])
      expect(again.stderr).toContain(`attempt ${attempt} is finished, not unknown; nothing was changed.`)
      const left = JSON.parse((await run('list', '--json')).stdout) as { records: { attempt: number }[] }
      expect(left.records.map((one) => one.attempt)).toEqual([other])
      await run('settle', String(other), '--no-effect')
    }))

  return { use, run }
}

const { use, run } = operatorSuite(
  'SQLite',
  () => 'api.db',
  async () => {
    const database = new DatabaseSync(join(folder, 'api.db'))
    migrate(database)
    return { store: sqliteIdempotency(database), close: () => database.close() }
  },
)

test('settled as without effect, the next retry runs, and the old number settles nothing any more', () =>
  use(async (store) => {
    const attempt = await leaveUnknown(store, 'none')
    const settled = await run('settle', String(attempt), '--no-effect', '--json')
    expect(JSON.parse(settled.stdout)).toMatchObject({ attempt, state: 'settled', outcome: 'no_effect' })
    const retry = await store.claim(scopeOf('none'), 'f', 60_000)
    expect(retry.state).toBe('claimed')
    for (const outcome of ['--done', '--no-effect']) {
      const stale = await run('settle', String(attempt), outcome)
      expect([stale.code, stale.stderr]).toEqual([1, expect.stringContaining(`there is no attempt ${attempt}`)])
      const running = await run('settle', String(retry.attempt), outcome)
      expect([running.code, running.stderr]).toEqual([1, expect.stringContaining('is running, not unknown')])
    }
    expect(await store.find(scopeOf('none'))).toMatchObject({ state: 'running', attempt: retry.attempt })
    await store.release(scopeOf('none'), retry.attempt)
  }))

test('other states by flag, page by page', () =>
  use(async (store) => {
    for (const key of ['a', 'b', 'c']) await leaveUnknown(store, key)
    type Page = { records: { attempt: number; key: string }[]; has_more: boolean }
    const page = async (...args: string[]) => JSON.parse((await run('list', '--json', ...args)).stdout) as Page
    const first = await page('--limit', '2')
    const rest = await page('--limit', '2', '--after', String(first.records[1]?.attempt))
    expect([...first.records, ...rest.records].map(({ key }) => key)).toEqual(['a', 'b', 'c'])
    expect([first.has_more, rest.has_more]).toEqual([true, false])
    const all = await page('--state', 'all')
    expect(all.records.length).toBeGreaterThanOrEqual(3)
    expect((await run('list', '--state', 'expired')).stdout).toBe('No record is expired.\n')
  }))

describePostgres('culpa idempotency on Postgres', (server) => {
  operatorSuite(
    'Postgres',
    () => server.url,
    async () => {
      const pool = new Pool({ connectionString: server.url })
      await migratePostgres(pool)
      return { store: postgresIdempotency(pool), close: () => pool.end() }
    },
  )
})

describeRedis('culpa idempotency on Redis', (server) => {
  const url = () => `redis://127.0.0.1:${server.port}`
  operatorSuite('Redis', url, async () => {
    const client = createClient({ url: url() })
    await client.connect()
    return { store: redisIdempotency(client, { timeoutMs: 10_000 }), close: () => client.destroy() }
  })
})

describe('what it refuses', () => {
  write('nothing.ts', 'export const idempotencyStore = {}')
  write('text.db', 'this is no database, but a text that is long enough to be looked at as one'.repeat(20))
  const empty = new DatabaseSync(join(folder, 'empty.db'))
  migrate(empty)
  empty.close()

  test.each([
    [['list'], 2, /name one store/],
    [['list', '--store', 'missing.db'], 2, /no file missing\.db/],
    [['list', '--store', 'text.db'], 2, /text\.db cannot be used/],
    [['list', '--module', 'nothing.ts'], 2, /exports no store of records/],
    [['list', '--store', 'empty.db', '--state', 'lost'], 2, /"lost" is no state/],
    [['list', '--store', 'postgres://user:secret@127.0.0.1:1/api'], 1, /Postgres cannot be used/],
    [['list', '--store', 'redis://user:secret@127.0.0.1:1'], 1, /Redis cannot be used/],
    [['show', 'seven', '--store', 'empty.db'], 2, /an attempt is a number/],
    [['show', '7', '--store', 'empty.db'], 1, /there is no attempt 7/],
    [['settle', '7', '--store', 'empty.db', '--done', '--no-effect'], 2, /--done or --no-effect/],
    [['settle', '7', '--store', 'empty.db', '--no-effect', '--status', '201'], 2, /--status is for --done/],
    [['settle', '7', '--store', 'empty.db', '--done', '--status', '500'], 2, /"500" is no final status/],
    [['settle', '7', '--store', 'empty.db', '--done', '--body', '{'], 2, /no JSON/],
  ])('%j', async (args, code, like) => {
    const ended = await culpa(['idempotency', ...args])
    expect([ended.code, ended.stdout]).toEqual([code, ''])
    expect(ended.stderr.trimEnd().split('\n')).toEqual([expect.stringMatching(like)])
    expect(ended.stderr).toContain('Remedy: ')
    expect(ended.stderr).not.toContain('secret')
  })
})

test('a database that is not the API’s, or has an older schema, is refused and left as it is', async () => {
  for (const [file, contents] of [
    ['other.db', 'CREATE TABLE mine (id INTEGER)'],
    ['older.db', 'CREATE TABLE culpa_schema (version INTEGER NOT NULL) STRICT; INSERT INTO culpa_schema VALUES (1)'],
  ] as const) {
    const database = new DatabaseSync(join(folder, file))
    database.exec(contents)
    const tables = () => database.prepare('SELECT sql FROM sqlite_master').all()
    const before = tables()
    const { code, stderr } = await culpa(['idempotency', 'list', '--store', file])
    expect([code, stderr]).toEqual([2, expect.stringContaining(`${file} cannot be used: `)])
    expect(tables()).toEqual(before)
    database.close()
  }
})

test('a module may hand over its own store, and what closes it', async () => {
  write(
    'store.ts',
    `import { DatabaseSync } from 'node:sqlite'
    import { migrate, sqliteIdempotency } from 'culpa/sqlite'
    const database = new DatabaseSync('module.db')
    migrate(database)
    export const idempotencyStore = sqliteIdempotency(database)
    const alive = setInterval(() => undefined, 1e6)
    export const close = () => clearInterval(alive)`,
  )
  const { code, stdout } = await culpa(['idempotency', 'list', '--module', 'store.ts'])
  expect([code, stdout]).toEqual([0, 'No record is unknown.\n'])
})
