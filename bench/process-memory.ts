import { fork } from 'node:child_process'
import { once } from 'node:events'
import { fileURLToPath } from 'node:url'

const script = fileURLToPath(new URL('../test/support/memory-use.ts', import.meta.url))

/** Bytes of a process for one key of a store, at the worst number of them up to that. */
export async function processBytes(kind: string, keys: number): Promise<number> {
  const execArgv = ['--expose-gc', '--conditions=culpa-source', '--disable-warning=ExperimentalWarning']
  const child = fork(script, [kind, String(keys)], { execArgv })
  const [bytes] = (await once(child, 'message')) as [number]
  return bytes
}
