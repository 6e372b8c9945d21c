import { type ChildProcess, fork } from 'node:child_process'
import { fileURLToPath } from 'node:url'

const program = fileURLToPath(new URL('processor/main.ts', import.meta.url))
const restartMs = 250
const patienceMs = 3_000

/** What the processor tells once it has started, or cannot. */
export type ProcessorMessage = { readonly port: number } | { readonly problem: string }

/** The processor's process, started again when it dies. */
export interface ProcessorProcess {
  /** Its port on the loopback, the same after a restart; rejects when the first start fails. */
  readonly port: Promise<number>
  readonly pid: number | undefined
  stop(): Promise<void>
}

export function startProcess(databaseFile: string): ProcessorProcess {
  let stopping = false
  let restart: NodeJS.Timeout | undefined
  let child = start(databaseFile, 0)
  const port = portOf(child)
  // Whoever waits for it hears of it.
  port.catch(() => undefined)
  restartWhenGone()

  function restartWhenGone(): void {
    child.once('exit', async () => {
      const again = await port.catch(() => undefined)
      if (stopping || again === undefined) return
      restart = setTimeout(() => {
        child = start(databaseFile, again)
        restartWhenGone()
      }, restartMs)
    })
  }

  return {
    port,
    get pid() {
      return child.pid
    },
    async stop() {
      stopping = true
      clearTimeout(restart)
      await end(child)
    },
  }
}

function start(databaseFile: string, port: number): ChildProcess {
  const child = fork(program, [databaseFile, String(port)], { stdio: ['ignore', 'inherit', 'inherit', 'ipc'] })
  child.once('message', (message: ProcessorMessage) => {
    if ('problem' in message) child.disconnect()
  })
  return child
}

function portOf(child: ChildProcess): Promise<number> {
  return new Promise((resolve, reject) => {
    child.once('message', (message: ProcessorMessage) => {
      if ('port' in message) resolve(message.port)
      else reject(new Error(`The processor did not start: ${message.problem}`))
    })
    child.once('error', reject)
    child.once('exit', (code) => reject(new Error(`The processor did not start (exit code ${code}).`)))
  })
}

/** Hangs up, which ends it; kills it when it does not hear. */
async function end(child: ChildProcess): Promise<void> {
  if (child.pid === undefined || child.exitCode !== null || child.signalCode !== null) return
  const gone = new Promise((resolve) => child.once('exit', resolve))
  if (child.connected) child.disconnect()
  const killing = setTimeout(() => child.kill('SIGKILL'), patienceMs)
  await gone
  clearTimeout(killing)
}
