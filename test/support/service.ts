import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'

/** A server process of a test, on a port and in a folder of its own. */
export interface Service {
  readonly port: number
  readonly pid: number
  /** Ends it as a crash would. */
  kill(): Promise<void>
  /** Starts it again on the same port. */
  restart(): Promise<void>
  /** Ends it, and removes what it wrote. */
  close(): Promise<void>
}

/**
 * Runs a server until it says that it is ready.
 * @throws {Error} with what it wrote, when it ends before that
 */
export async function spawnServer(
  file: string,
  args: readonly string[],
  ready: RegExp,
  owner: { readonly uid?: number; readonly gid?: number; readonly cwd?: string } = {},
): Promise<ChildProcess> {
  const child = spawn(file, args, { stdio: ['ignore', 'pipe', 'pipe'], ...owner })
  let written = ''
  await new Promise<void>((resolve, reject) => {
    const read = (chunk: Buffer) => {
      written += chunk
      if (ready.test(written)) resolve()
    }
    child.stdout.on('data', read)
    child.stderr.on('data', read)
    child.once('error', reject)
    child.once('exit', () => reject(new Error(`${file} ended before it was ready:\n${written}`)))
  })
  return child
}

/** Sends a process a signal that ends it, and waits for that. */
export async function end(child: ChildProcess, signal: NodeJS.Signals): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return
  const ended = once(child, 'exit')
  child.kill(signal)
  await ended
}
