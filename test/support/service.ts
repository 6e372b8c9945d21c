import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'

/** A server process of a test. */
export interface Service {
  readonly child: ChildProcess
  /** Ends it at once, as a crash would. */
  kill(): Promise<void>
}

/**
 * Runs a server until it says that it is ready.
 * @throws {Error} with what it wrote, when it ends before that
 */
export async function startService(
  file: string,
  args: readonly string[],
  ready: RegExp,
  ids: { readonly uid?: number; readonly gid?: number; readonly cwd?: string } = {},
): Promise<Service> {
  const child = spawn(file, args, { stdio: ['ignore', 'pipe', 'pipe'], ...ids })
  const ended = once(child, 'exit')
  let written = ''
  await new Promise<void>((resolve, reject) => {
    const read = (chunk: Buffer) => {
      written += chunk
      if (ready.test(written)) resolve()
    }
    child.stdout.on('data', read)
    child.stderr.on('data', read)
    child.once('error', reject)
    ended.then(() => reject(new Error(`${file} ended before it was ready:\n${written}`)))
  })
  return {
    child,
    async kill() {
      child.kill('SIGKILL')
      await ended
    },
  }
}
