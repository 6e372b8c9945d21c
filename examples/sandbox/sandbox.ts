import { type Console, createConsole, openLog } from '@culpa/cli/console'
import { withPages } from '@culpa/cli/pages'
import { type Api, type Handling, type Log, logFailures, mountApis } from 'culpa'
import { type ListenAddress, listen } from 'culpa/node'
import { logFile, openDatabase, processorFile } from './database.ts'
import type { SandboxOptions } from './options.ts'
import { type Processor, startProcessor } from './processor-client.ts'
import { referencePages } from './reference-pages.ts'
import { siteApi } from './site.ts'
import { startSweeping } from './sweeping.ts'
import type { System } from './system.ts'
import { createSystems } from './systems.ts'

/** How long headers and body of a request may take, in milliseconds. */
const requestTimeoutMs = 10_000

export interface Sandbox {
  /** Where it listens. */
  readonly url: string
  /** How its links name it: `localhost` for the loopback address, otherwise as `url`. */
  readonly origin: string
  readonly systems: readonly System[]
  /** Process id of the card processor. */
  readonly processorPid: () => number | undefined
  /** Finishes what is running, then stops. */
  close(): Promise<void>
}

/**
 * Starts the sandbox: database, processor, six systems on one port.
 * @throws {Error} one line with the remedy: the port is taken, or `NODE_ENV` is `production`
 */
export async function startSandbox(options: SandboxOptions, log: Log = logFailures): Promise<Sandbox> {
  if (process.env.NODE_ENV === 'production') {
    throw new Error('The sandbox has public keys and does not run in production. Remedy: unset NODE_ENV.')
  }
  let interior!: Interior
  // Only who has the port may touch the database: another sandbox may be running on both.
  const server = await listen(
    (address) => {
      interior = openInterior(options, address, log)
      return interior.api
    },
    { port: options.port, host: options.host, headersTimeoutMs: requestTimeoutMs, requestTimeoutMs },
  )
  const { origin, systems, processor } = interior
  async function close(): Promise<void> {
    await server.close()
    await interior.close()
  }
  try {
    await processor.ready
    for (const system of systems) await system.prepare()
  } catch (error) {
    await close()
    throw error
  }
  return { url: server.url, origin, systems, processorPid: () => processor.pid, close }
}

/** Everything behind the port. */
interface Interior {
  readonly origin: string
  readonly api: Handling
  readonly systems: readonly System[]
  readonly processor: Processor
  close(): Promise<void>
}

function openInterior({ databaseFile, fresh }: SandboxOptions, { url }: ListenAddress, log: Log): Interior {
  const origin = url.replace('//127.0.0.1:', '//localhost:')
  const database = openDatabase(databaseFile, fresh)
  const { log: requests, close: closeLog } = openLog(logFile(databaseFile))
  const processor = startProcessor(processorFile(databaseFile))
  const stopSweeping = startSweeping(database)
  let board: Console | undefined
  async function close(): Promise<void> {
    stopSweeping()
    await board?.close()
    await processor.stop()
    closeLog()
    database.close()
  }
  try {
    const environment = { origin, database, processor, log }
    const systems = createSystems(environment)
    const apis: Record<string, Api> = Object.fromEntries(systems.map(({ base, api }) => [base, api]))
    const site = siteApi(environment, systems)
    const whole = withPages(mountApis(apis, site), referencePages(environment, systems, site))
    board = createConsole({ title: 'culpa sandbox', systems, others: [site], log: requests, origin: url })
    return { origin, api: board.mount(whole), systems, processor, close }
  } catch (error) {
    void close()
    throw error
  }
}
