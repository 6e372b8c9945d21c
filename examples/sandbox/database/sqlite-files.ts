import { existsSync, mkdirSync, rmSync } from 'node:fs'
import { dirname } from 'node:path'
import { DatabaseSync } from 'node:sqlite'

/** Where the processor keeps its books. */
export function processorFile(file: string): string {
  return file === ':memory:' ? file : `${file}.processor`
}

/** Where requests are logged: apart from the data, so that neither waits for the other. */
export function logFile(file: string): string {
  return file === ':memory:' ? file : `${file}.log`
}

/**
 * Makes the folder of the sandbox's files; `fresh` deletes them first.
 * @throws {Error} one line: the file, what is wrong with it, the remedy
 */
export function prepareFiles(file: string, fresh: boolean): void {
  if (file === ':memory:') return
  try {
    mkdirSync(dirname(file), { recursive: true })
    const files = fresh ? [file, processorFile(file), logFile(file)] : []
    for (const one of files) requireUnused(one)
    for (const one of files) deleteDatabase(one)
  } catch (cause) {
    throw unusable(file, cause)
  }
}

/** The error for a file that cannot be used as database. */
export function unusable(file: string, cause: unknown): Error {
  const problem = cause instanceof Error ? cause.message : String(cause)
  return new Error(
    `${file} cannot be used as database: ${problem}. Remedy: another file with --db FILE, or delete this one.`,
    { cause },
  )
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
