import { existsSync, mkdirSync, rmSync } from 'node:fs'
import { dirname } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { migrate } from 'culpa/sqlite'
import { createResourceTable } from './resources.ts'

/**
 * Opens the sandbox's database and makes its tables; `fresh` deletes the file, and its processor's books, first.
 * @throws {Error} one line: the file, what is wrong with it, the remedy
 */
export function openDatabase(file: string, fresh: boolean): DatabaseSync {
  try {
    return open(file, fresh)
  } catch (cause) {
    const problem = cause instanceof Error ? cause.message : String(cause)
    throw new Error(
      `${file} cannot be used as database: ${problem}. Remedy: another file with --db FILE, or delete this one.`,
      { cause },
    )
  }
}

function open(file: string, fresh: boolean): DatabaseSync {
  if (file !== ':memory:') mkdirSync(dirname(file), { recursive: true })
  const files = fresh && file !== ':memory:' ? [file, processorFile(file), logFile(file)] : []
  for (const one of files) requireUnused(one)
  for (const one of files) deleteDatabase(one)
  const database = new DatabaseSync(file)
  migrate(database)
  createResourceTable(database)
  return database
}

/** Where the processor keeps its books. */
export function processorFile(file: string): string {
  return file === ':memory:' ? file : `${file}.processor`
}

/** Where requests are logged: apart from the data, so that neither waits for the other. */
export function logFile(file: string): string {
  return file === ':memory:' ? file : `${file}.log`
}

/**
 * Whoever has the file open would go on writing to one that nobody sees any more.
 * @throws {Error} when somebody has it open, and when it is no database
 */
function requireUnused(file: string): void {
  if (!existsSync(file)) return
  const database = new DatabaseSync(file)
  try {
    // Leaving the write-ahead log takes the file for oneself.
    database.exec('PRAGMA journal_mode = DELETE')
  } finally {
    database.close()
  }
}

function deleteDatabase(file: string): void {
  for (const suffix of ['', '-wal', '-shm']) rmSync(`${file}${suffix}`, { force: true })
}
