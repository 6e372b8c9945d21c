import { existsSync } from 'node:fs'
import type { IdempotencyInspection, IdempotencyStore } from 'culpa'
import type { CommandInput, CommandOption } from '../command.ts'
import { firstCause } from '../first-cause.ts'
import { loadModule } from '../load-module.ts'
import { UsageError } from '../usage-error.ts'
import { loadDriver } from './load-driver.ts'

/** A store of records that can be looked through. */
export type Records = IdempotencyStore & IdempotencyInspection

export interface OpenRecords {
  readonly records: Records
  close(): unknown
}

/** Where the records are: options of every command on them. */
export const recordOptions: Readonly<Record<string, CommandOption>> = {
  store: { type: 'string', value: 'STORE', help: 'file of SQLite, or a URL: postgres://… or redis://…' },
  prefix: { type: 'string', value: 'TEXT', help: 'what the names of keys in Redis begin with; default: culpa:' },
  module: {
    type: 'string',
    value: 'MODULE',
    help: 'instead: a module that exports them as `idempotencyStore`, and may export `close`',
  },
}

/** A command waits longer than a request does. */
const timeoutMs = 10_000

/**
 * Has a command work on the records that the options name, and closes what was opened.
 * @throws {UsageError} for none or two stores, a file that is missing or no database, a driver that is not installed, a
 * module that exports no store; {Error} when the store cannot be reached
 */
export async function withRecords(input: CommandInput, work: (records: Records) => Promise<number>): Promise<number> {
  const store = input.text('store')
  const module = input.text('module')
  if ((store === undefined) === (module === undefined)) {
    throw new UsageError('name one store of records. Remedy: --store FILE or URL, or --module MODULE.')
  }
  const { records, close } = await (store === undefined ? ofModule(module as string) : open(store, input))
  try {
    return await work(records)
  } finally {
    await close()
  }
}

async function open(store: string, input: CommandInput): Promise<OpenRecords> {
  if (/^postgres(?:ql)?:\/\//.test(store)) return reached(store, await ofPostgres(store))
  if (/^rediss?:\/\//.test(store)) return reached(store, await ofRedis(store, input.text('prefix') ?? 'culpa:'))
  return ofSqlite(store)
}

async function ofModule(file: string): Promise<OpenRecords> {
  const { idempotencyStore, close } = await loadModule(file)
  const { list, settle } = (idempotencyStore ?? {}) as Partial<Records>
  if (typeof list === 'function' && typeof settle === 'function') {
    return { records: idempotencyStore as Records, close: () => (typeof close === 'function' ? close() : undefined) }
  }
  throw new UsageError(
    `${file} exports no store of records. Remedy: export const idempotencyStore = postgresIdempotency(pool)`,
  )
}

async function ofSqlite(file: string): Promise<OpenRecords> {
  if (!existsSync(file)) throw new UsageError(`there is no file ${file}. Remedy: the database that the API uses.`)
  const { DatabaseSync } = await import('node:sqlite')
  const { sqliteIdempotency } = await import('culpa/sqlite')
  try {
    const database = new DatabaseSync(file)
    // Not migrate(): looking into a database must not change the tables under an API that is older than this program.
    database.exec(`PRAGMA busy_timeout = ${timeoutMs}; PRAGMA synchronous = FULL`)
    return { records: sqliteIdempotency(database), close: () => database.close() }
  } catch (cause) {
    const [found] = firstCause(cause).split(/\.? Remedy: /)
    const remedy = 'Remedy: the database of an API whose culpa is of the same release.'
    throw new UsageError(`${file} cannot be used: ${found}. ${remedy}`, { cause })
  }
}

async function ofPostgres(url: string): Promise<OpenRecords> {
  const { name, exports } = loadDriver('Postgres', ['pg', 'postgres'])
  const { postgresIdempotency } = await import('culpa/postgres')
  const options = { timeoutMs, sweepEveryMs: Infinity }
  if (name === 'pg') {
    const pool = new (exports as typeof import('pg')).Pool({ connectionString: url, max: 2 })
    return { records: postgresIdempotency(pool, options), close: () => pool.end() }
  }
  const sql = (exports as typeof import('postgres'))(url, { max: 2, onnotice: () => undefined })
  return { records: postgresIdempotency(sql, options), close: () => sql.end() }
}

async function ofRedis(url: string, prefix: string): Promise<OpenRecords> {
  const { name, exports } = loadDriver('Redis', ['redis', 'ioredis'])
  const { redisIdempotency } = await import('culpa/redis')
  const options = { prefix, timeoutMs, recordTimeoutMs: timeoutMs }
  if (name === 'redis') {
    const { createClient } = exports as typeof import('redis')
    const client = createClient({ url, socket: { reconnectStrategy: false, connectTimeout: timeoutMs } })
    client.on('error', () => undefined)
    await client.connect().catch((cause: unknown) => {
      throw unreachable('Redis', cause)
    })
    return { records: redisIdempotency(client, options), close: () => client.destroy() }
  }
  const { Redis } = exports as typeof import('ioredis')
  const client = new Redis(url, { lazyConnect: true, retryStrategy: () => null, connectTimeout: timeoutMs })
  client.on('error', () => undefined)
  await client.connect().catch((cause: unknown) => {
    throw unreachable('Redis', cause)
  })
  return { records: redisIdempotency(client, options), close: () => client.disconnect() }
}

/** A store that cannot be used is told at once, whatever the command. */
async function reached(store: string, opened: OpenRecords): Promise<OpenRecords> {
  try {
    await opened.records.list({ states: [], limit: 1 })
    return opened
  } catch (cause) {
    await opened.close()
    throw unreachable(store.startsWith('redis') ? 'Redis' : 'Postgres', cause)
  }
}

/** Not the URL: it may hold a password. What the store says may have a remedy of its own. */
function unreachable(server: string, cause: unknown): Error {
  const reason = firstCause(cause) || (cause as { readonly code?: string }).code || 'it cannot be reached.'
  const remedy = reason.includes('Remedy: ')
    ? ''
    : `${reason.endsWith('.') ? '' : '.'} Remedy: the URL that the API uses.`
  return new Error(`${server} cannot be used: ${reason}${remedy}`, { cause })
}
