import { randomUUID } from 'node:crypto'
import {
  accessSync,
  chmodSync,
  chownSync,
  constants,
  mkdirSync,
  realpathSync,
  renameSync,
  rmSync,
  type Stats,
  statSync,
  writeFileSync,
} from 'node:fs'
import { basename, dirname, join } from 'node:path'
import { UsageError } from './usage-error.ts'

/**
 * Writes a file that an option names, and the folders it lies in: whole, or not at all. One that exists keeps its mode,
 * its owner, and the links that lead to it.
 * @throws {UsageError} when it cannot be written
 */
export function writeFile(path: string, text: string, option = '--out'): void {
  try {
    mkdirSync(dirname(path), { recursive: true })
    const existing = statSync(path, { throwIfNoEntry: false })
    if (existing === undefined) replace(path, text)
    // A pipe or a terminal takes what it gets, and cannot be replaced.
    else if (!existing.isFile()) writeFileSync(path, text)
    else replace(realpathSync(path), text, existing)
  } catch (cause) {
    const reason = cause instanceof Error ? cause.message : String(cause)
    throw new UsageError(`${option}: ${reason}. Remedy: a place that can be written to.`, { cause })
  }
}

/** Writes beside it and renames: whoever reads meets the old text or the new. */
function replace(path: string, text: string, existing?: Stats): void {
  if (existing !== undefined) checkWritable(path, existing)
  const beside = join(dirname(path), `.${basename(path)}.${randomUUID()}`)
  try {
    writeFileSync(beside, text, { flag: 'wx' })
    if (existing !== undefined) takeAfter(beside, existing)
    renameSync(beside, path)
  } catch (cause) {
    rmSync(beside, { force: true })
    // A name that nobody chose would only confuse.
    throw new Error(String(cause instanceof Error ? cause.message : cause).replaceAll(beside, path), { cause })
  }
}

/** A rename asks the folder alone; who made a file read-only meant the file. */
function checkWritable(path: string, { mode }: Stats): void {
  if ((mode & 0o222) === 0) throw new Error(`${path} is read-only`)
  accessSync(path, constants.W_OK)
}

function takeAfter(path: string, { mode, uid, gid }: Stats): void {
  if (uid !== process.getuid?.() || gid !== process.getgid?.()) tryToGive(path, uid, gid)
  chmodSync(path, mode)
}

/** Only the superuser may; anybody else becomes the owner of what it wrote. */
function tryToGive(path: string, uid: number, gid: number): void {
  try {
    chownSync(path, uid, gid)
  } catch {}
}
