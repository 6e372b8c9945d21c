import { type ChildProcess, spawn } from 'node:child_process'
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll } from 'vitest'
import { root } from '../laws/sources.ts'

const main = join(root, 'packages/cli/src/main.ts')

/** How a run of the program ended. */
export interface Ended {
  readonly code: number | null
  readonly stdout: string
  readonly stderr: string
}

/** A folder to run the program in. */
export interface ProgramFolder {
  readonly path: string
  /** Writes a file into the folder. Modules import the library as `culpa`. */
  write(file: string, text: string): string
  /** Runs the program to its end. */
  culpa(args: readonly string[], environment?: Readonly<Record<string, string>>): Promise<Ended>
  /** Starts the program; it is stopped when the tests of the file are over, if it still runs. */
  start(args: readonly string[], environment?: Readonly<Record<string, string>>): ChildProcess
}

/** Makes a folder for the tests of a file; it goes with them. */
export function programFolder(): ProgramFolder {
  // Inside of the repository, so that modules find the packages that it has.
  mkdirSync(join(root, '.culpa'), { recursive: true })
  const path = mkdtempSync(join(root, '.culpa/cli-'))
  const children = new Set<ChildProcess>()
  afterAll(() => {
    for (const child of children) child.kill('SIGKILL')
    rmSync(path, { recursive: true, force: true })
  })

  function start(args: readonly string[], environment: Readonly<Record<string, string>> = {}): ChildProcess {
    const { PATH = '', HOME = tmpdir() } = process.env
    const child = spawn(process.execPath, ['--conditions=culpa-source', main, ...args], {
      cwd: path,
      env: { PATH, HOME, NO_COLOR: '1', ...environment },
      stdio: 'pipe',
    })
    children.add(child)
    child.once('close', () => children.delete(child))
    return child
  }

  return {
    path,
    start,
    culpa: (args, environment) => ended(start(args, environment)),
    write(file, text) {
      writeFileSync(join(path, file), text)
      return file
    },
  }
}

/** Everything the program writes until it ends. */
export function ended(child: ChildProcess): Promise<Ended> {
  let stdout = ''
  let stderr = ''
  child.stdout?.on('data', (chunk) => (stdout += chunk))
  child.stderr?.on('data', (chunk) => (stderr += chunk))
  return new Promise((resolve) => child.once('close', (code) => resolve({ code, stdout, stderr })))
}

/** The first line of a stream, and everything after it as it comes. */
export function firstLine(stream: NodeJS.ReadableStream | null): Promise<string> {
  return new Promise((resolve, reject) => {
    let text = ''
    stream?.on('data', (chunk) => {
      text += chunk
      if (text.includes('\n')) resolve(text.slice(0, text.indexOf('\n')))
    })
    stream?.once('end', () => reject(new Error(`no line, but ${JSON.stringify(text)}`)))
  })
}
