import { existsSync } from 'node:fs'
import type { KeyStore } from 'culpa'
import type { CommandInput, CommandOption } from '../command.ts'
import { firstCause } from '../first-cause.ts'
import { loadModule } from '../load-module.ts'
import { note } from '../terminal.ts'
import { UsageError } from '../usage-error.ts'

/** Where the keys are: options of every command on keys. */
export const storeOptions: Readonly<Record<string, CommandOption>> = {
  store: { type: 'string', value: 'FILE', help: 'SQLite database that holds the keys' },
  module: { type: 'string', value: 'MODULE', help: 'instead: a module that exports them as `store`' },
}

/**
 * Opens the store that the options name.
 * @throws {UsageError} for none or two, a file that is missing or no database, a module that exports no store
 */
export async function openStore(input: CommandInput, create: 'create' | 'must exist'): Promise<KeyStore> {
  const file = input.text('store')
  const module = input.text('module')
  if ((file === undefined) === (module === undefined)) {
    throw new UsageError('name one store of keys. Remedy: --store FILE, or --module MODULE.')
  }
  return file === undefined ? storeOfModule(module as string) : openSqlite(file, create)
}

async function storeOfModule(file: string): Promise<KeyStore> {
  const { store } = await loadModule(file)
  const { find, save, list } = (store ?? {}) as Partial<KeyStore>
  if ([find, save, list].every((one) => typeof one === 'function')) return store as KeyStore
  throw new UsageError(`${file} exports no store of keys. Remedy: export const store = sqliteKeys(database)`)
}

async function openSqlite(file: string, create: 'create' | 'must exist'): Promise<KeyStore> {
  const isNew = !existsSync(file)
  if (isNew && create === 'must exist') {
    throw new UsageError(`there is no file ${file}. Remedy: the database that the API uses.`)
  }
  // Only now: loading SQLite takes time, and a warning on Node 22.
  const { DatabaseSync } = await import('node:sqlite')
  const { migrate, sqliteKeys } = await import('culpa/sqlite')
  try {
    const database = new DatabaseSync(file)
    migrate(database)
    if (isNew) note(`New store of keys: ${file}`)
    return sqliteKeys(database)
  } catch (cause) {
    throw new UsageError(
      `${file} cannot be used: ${firstCause(cause)}. Remedy: a database of SQLite that can be written to.`,
      {
        cause,
      },
    )
  }
}
