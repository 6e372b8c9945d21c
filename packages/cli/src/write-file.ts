import { mkdirSync, writeFileSync } from 'node:fs'
import { dirname } from 'node:path'
import { UsageError } from './usage-error.ts'

/**
 * Writes a file that an option names, and the folders it lies in.
 * @throws {UsageError} when it cannot be written
 */
export function writeFile(path: string, text: string, option = '--out'): void {
  try {
    mkdirSync(dirname(path), { recursive: true })
    writeFileSync(path, text)
  } catch (cause) {
    const reason = cause instanceof Error ? cause.message : String(cause)
    throw new UsageError(`${option}: ${reason}. Remedy: a place that can be written to.`, { cause })
  }
}
