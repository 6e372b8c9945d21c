import cluster, { type Worker } from 'node:cluster'
import { once } from 'node:events'
import { type AddressInfo, createServer } from 'node:net'
import { setTimeout as delay } from 'node:timers/promises'
import { fileURLToPath } from 'node:url'
import { ListenError } from 'culpa/node'
import { databaseOpener } from '../database/open.ts'
import { prepareFiles, processorFile } from '../database/sqlite-files.ts'
import { refuseProduction, type SandboxOptions } from '../options.ts'
import { startProcessor } from '../processor-client.ts'
import { createMaintenanceSpread } from './maintenance-spread.ts'
import type { Introduction, ServingMessage, WatchingMessage } from './messages.ts'

const program = fileURLToPath(new URL('serving.ts', import.meta.url))
/** Before the process that takes the place of another is started. */
const restartMs = 250

/** Several processes on one port, and the processor they charge. */
export interface Processes {
  readonly introduction: Introduction
  /** Has every process finish what is running, then stops all. */
  close(): Promise<void>
}

/**
 * Starts the processes that serve the sandbox, and another for each that dies; tells `note` about it. This one serves
 * nothing itself: it holds the port, the processor, and what is under maintenance.
 * @throws {Error} one line with the remedy, such as a port that is taken
 */
export async function startProcesses(options: SandboxOptions, note: (text: string) => void): Promise<Processes> {
  refuseProduction()
  const port = await claimFiles(options)
  const processor = startProcessor(processorFile(options.databaseFile))
  const processorPort = await processor.port
  const spread = createMaintenanceSpread(tell)
  const told = new Set<string>()
  const ends = new Map<Worker, Promise<unknown>>()
  let hasStarted = false
  let isStopping = false
  cluster.setupPrimary({ exec: program })

  /** Resolves once it serves. */
  function start(): Promise<Introduction> {
    const worker = cluster.fork()
    ends.set(worker, once(worker, 'exit'))
    spread.join(worker)
    const orders = { options: { ...options, port, fresh: false }, processorPort, changes: spread.changes() }
    tell(worker, { tells: 'orders', orders })
    worker.once('exit', (code, signal) => replace(worker, signal ?? `exit code ${code}`))
    return new Promise((resolve, reject) => {
      worker.on('message', (message: ServingMessage) => {
        if (message.tells === 'ready') resolve(message.introduction)
        else if (message.tells === 'problem') reject(new Error(message.text))
        else if (message.tells === 'note') noteOnce(message.text)
        else spread.hear(worker, message)
      })
      worker.once('exit', (code) => reject(new Error(`a process did not start (exit code ${code}).`)))
    })
  }

  /** Every process notices when Postgres comes and goes; once is enough. */
  function noteOnce(text: string): void {
    if (told.has(text)) return
    told.clear()
    told.add(text)
    note(text)
  }

  async function replace(worker: Worker, how: string): Promise<void> {
    ends.delete(worker)
    spread.forget(worker)
    if (isStopping || !hasStarted) return
    note(`process ${worker.process.pid} ended (${how}); another takes its place.`)
    await delay(restartMs)
    if (isStopping) return
    start().then(
      () => note(`process ${worker.process.pid} is replaced.`),
      (error: Error) => note(error.message),
    )
  }

  async function close(): Promise<void> {
    isStopping = true
    for (const worker of ends.keys()) tell(worker, { tells: 'stop' })
    await Promise.all(ends.values())
    await processor.stop()
  }

  try {
    const [introduction] = await Promise.all(Array.from({ length: options.processes }, start))
    hasStarted = true
    return { introduction: introduction as Introduction, close }
  } catch (error) {
    await close()
    throw error
  }
}

/**
 * Prepares the files while it holds the port: another sandbox may be running on both. Gives the port.
 * @throws {ListenError} when the port cannot be had
 */
async function claimFiles(options: SandboxOptions): Promise<number> {
  const { port, host, databaseFile, fresh } = options
  const holder = createServer()
  const listening = once(holder, 'listening')
  holder.listen(port, host)
  await listening.catch((cause: unknown) => {
    throw new ListenError(host, port, cause)
  })
  try {
    prepareFiles(databaseFile, fresh)
    if (fresh) await (await databaseOpener(options)).empty()
    return (holder.address() as AddressInfo).port
  } finally {
    await new Promise((resolve) => holder.close(resolve))
  }
}

function tell(worker: Worker, message: WatchingMessage): void {
  // One that is about to end may have hung up already.
  if (worker.isConnected()) worker.send(message, () => undefined)
}
