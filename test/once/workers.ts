import { type ChildProcess, fork } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { fileURLToPath } from 'node:url'
import { Pool } from 'pg'
import { afterAll, beforeAll, describe } from 'vitest'
import { keyIssuer } from '../../packages/culpa/src/index.ts'
import { memoryKeys } from '../../packages/culpa/src/stores/memory.ts'
import { migrate } from '../../packages/culpa/src/stores/sqlite.ts'
import { describePostgres } from '../support/postgres.ts'
import { describeRedis } from '../support/redis.ts'
import type { KeepingName } from './keepings.ts'
import type { Fate } from './worker.ts'

/** A process that serves charges. */
export interface Worker {
  readonly url: string
  readonly child: ChildProcess
  /** Has it send itself a signal at a boundary. */
  meet(fate: Fate): Promise<void>
  kill(): Promise<void>
}

/** Where the workers of a test keep what they keep. */
export interface Books {
  readonly name: KeepingName
  /** True where effects and record are one transaction. */
  readonly isTransactional: boolean
  readonly key: string
  start(): Promise<Worker>
  /** Every run there was, as key and nonce. */
  runs(): Promise<readonly (readonly [key: string, nonce: string])[]>
}

const script = fileURLToPath(new URL('worker.ts', import.meta.url))

/** Tests once for each way of keeping the promise across processes. */
export function describeKeepings(title: string, body: (books: Books) => void): void {
  describeAll(title, ['sqlite', 'sqlite lease', 'postgres', 'postgres lease', 'redis lease'], body)
}

/** Tests once for each store in lease mode. */
export function describeLeases(title: string, body: (books: Books) => void): void {
  describeAll(title, ['sqlite lease', 'postgres lease', 'redis lease'], body)
}

function describeAll(title: string, names: readonly KeepingName[], body: (books: Books) => void): void {
  const on = (store: string) => names.filter((name) => name.startsWith(store))
  describe(`${title}: SQLite`, () => {
    for (const name of on('sqlite')) withBooks(name, ({ folder }) => join(folder, 'books.db'), body)
  })
  describePostgres(`${title}: Postgres`, (server) => {
    for (const name of on('postgres')) withBooks(name, () => server.url, body)
  })
  describeRedis(`${title}: Redis`, (redis) => {
    for (const name of on('redis')) withBooks(name, () => `redis://127.0.0.1:${redis.port}`, body)
  })
}

/** Tests with one way of keeping the promise. */
export function withBooks(
  name: KeepingName,
  storeIn: (place: { readonly folder: string }) => string,
  body: (books: Books) => void,
): void {
  describe(name, () => {
    const folder = mkdtempSync(join(tmpdir(), 'culpa-once-'))
    const ledger = join(folder, 'ledger')
    const workers = new Set<Worker>()
    const isTransactional = !name.endsWith('lease')
    let key = ''
    let store = ''
    beforeAll(async () => {
      store = storeIn({ folder })
      writeFileSync(ledger, '')
      const issued = await keyIssuer(memoryKeys(), { 1: 'any pepper of a test' }).issue({
        prefix: 'sk',
        environment: 'test',
        tenant: 'org_1',
        scopes: [],
      })
      key = issued.key
      if (isTransactional) await createCharges(name, store)
    })
    afterAll(async () => {
      for (const worker of workers) await worker.kill()
      rmSync(folder, { recursive: true, force: true })
    })
    body({
      name,
      isTransactional,
      get key() {
        return key
      },
      async start() {
        const worker = await startWorker([name, JSON.stringify({ store, ledger }), key])
        workers.add(worker)
        return worker
      },
      async runs() {
        if (isTransactional) return readCharges(name, store)
        return readFileSync(ledger, 'utf8')
          .split('\n')
          .filter(Boolean)
          .map((line) => line.split(' ') as [string, string])
      },
    })
  })
}

async function createCharges(name: KeepingName, store: string): Promise<void> {
  const table = 'CREATE TABLE charges (key TEXT NOT NULL, nonce TEXT NOT NULL)'
  if (name === 'postgres') return onPostgres(store, async (pool) => void (await pool.query(table)))
  const db = new DatabaseSync(store)
  migrate(db)
  db.exec(table)
  db.close()
}

async function readCharges(name: KeepingName, store: string): Promise<[string, string][]> {
  const query = 'SELECT key, nonce FROM charges'
  const toPair = (row: Record<string, unknown>): [string, string] => [String(row.key), String(row.nonce)]
  if (name === 'postgres') return onPostgres(store, async (pool) => (await pool.query(query)).rows.map(toPair))
  const db = new DatabaseSync(store)
  const rows = db.prepare(query).all().map(toPair)
  db.close()
  return rows
}

async function onPostgres<Value>(url: string, body: (pool: Pool) => Promise<Value>): Promise<Value> {
  const pool = new Pool({ connectionString: url, max: 1 })
  return body(pool).finally(() => pool.end())
}

async function startWorker(args: readonly string[]): Promise<Worker> {
  const execArgv = ['--conditions=culpa-source', '--disable-warning=ExperimentalWarning']
  const child = fork(script, args, { execArgv })
  const exit = once(child, 'exit')
  const failed = exit.then(([code, signal]) => Promise.reject(new Error(`a worker ended: ${code ?? signal}`)))
  const [url] = (await Promise.race([once(child, 'message'), failed])) as [string]
  failed.catch(() => undefined)
  return {
    url,
    child,
    async meet(fate) {
      child.send(fate)
      await once(child, 'message')
    },
    async kill() {
      child.kill('SIGKILL')
      if (child.exitCode === null && child.signalCode === null) await exit
    },
  }
}
