import { existsSync } from 'node:fs'
import { resolve } from 'node:path'
import { pathToFileURL } from 'node:url'
import { printError } from './terminal.ts'
import { UsageError } from './usage-error.ts'

/** What a module exports, by name. */
export type Exports = Readonly<Record<string, unknown>>

/**
 * Loads a module of the user: JavaScript, or TypeScript whose types can be stripped.
 * @throws {UsageError} when there is none, or it does not load
 */
export async function loadModule(file: string): Promise<Exports> {
  const path = resolve(file)
  if (!existsSync(path)) throw new UsageError(`there is no file ${file}. Remedy: the path of a module, as ./api.ts.`)
  // What ends the process here would look like work that is done: `culpa diff` would say that nothing breaks.
  const whenEnded = () => {
    printError(
      `${file} ends the process, or waits for nothing, while it loads. Remedy: a module that exports and is done.`,
      process.argv.includes('--json'),
    )
    process.exitCode = 2
  }
  process.once('exit', whenEnded)
  try {
    return (await import(pathToFileURL(path).href)) as Exports
  } catch (cause) {
    throw new UsageError(`${file} does not load: ${sentence(firstLine(cause))}${remedy(cause)}`, { cause })
  } finally {
    process.off('exit', whenEnded)
  }
}

/** A remedy may follow it. */
function sentence(text: string): string {
  return /[.!?]$/.test(text) ? text : `${text}.`
}

function firstLine(cause: unknown): string {
  const message = cause instanceof Error ? cause.message : String(cause)
  return message.split('\n', 1)[0] ?? ''
}

function remedy(cause: unknown): string {
  const code = cause instanceof Error && 'code' in cause ? cause.code : ''
  if (code === 'ERR_UNSUPPORTED_TYPESCRIPT_SYNTAX') {
    return ' Remedy: only types that can be stripped (erasableSyntaxOnly), or compile it first.'
  }
  if (code === 'ERR_UNKNOWN_FILE_EXTENSION') return ' Remedy: Node 22.18 or later runs TypeScript; or compile it first.'
  if (code === 'ERR_MODULE_NOT_FOUND') return ' Remedy: install what it imports, and write out file extensions.'
  return ''
}
