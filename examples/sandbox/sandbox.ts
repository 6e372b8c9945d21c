import { type Console, createConsole, openLog } from '@culpa/cli/console'
import { withPages } from '@culpa/cli/pages'
import { type Api, type Handling, type Log, logFailures, mountApis } from 'culpa'
import { type ListenAddress, listen } from 'culpa/node'
import { type DatabaseOpener, databaseOpener } from './database/open.ts'
import { logFile, prepareFiles, processorFile } from './database/sqlite-files.ts'
import type { Environment } from './environment.ts'
import type { MaintenanceChange } from './maintenance-switch.ts'
import { refuseProduction, type SandboxOptions } from './options.ts'
import { openWhenPrepared, type Preparing } from './prepare.ts'
import type { Introduction } from './processes/messages.ts'
import { type Processor, startProcessor } from './processor-client.ts'
import { referencePages } from './reference-pages.ts'
import { type Shared, sharedInRedis, sharedWithNobody } from './shared.ts'
import { siteApi } from './site.ts'
import type { System } from './system.ts'
import { createSystems } from './systems.ts'

/** How long headers and body of a request may take, in milliseconds. */
const requestTimeoutMs = 10_000
/** How often the page looks for what other processes logged, in milliseconds. */
const lookMs = 250

export interface Sandbox {
  /** Where it listens. */
  readonly url: string
  /** How its links name it: `localhost` for the loopback address, otherwise as `url`. */
  readonly origin: string
  readonly systems: readonly System[]
  /** Process id of the card processor. */
  readonly processorPid: () => number | undefined
  /** Turns maintenance on or off, in this process. */
  apply(change: MaintenanceChange): void
  /** Finishes what is running, then stops. */
  close(): Promise<void>
}

/** What a sandbox that is one of several processes gets from the one that watches over all. */
export interface Surroundings {
  readonly processor: Processor
  readonly spread: (change: MaintenanceChange) => Promise<void>
  /** Told, in a line, what whoever started it should know. */
  readonly note: (text: string) => void
}

/**
 * Starts the sandbox in this process: database, processor, six systems on one port.
 * @throws {Error} one line with the remedy: the port is taken, or `NODE_ENV` is `production`
 */
export async function startSandbox(
  options: SandboxOptions,
  log: Log = logFailures,
  surroundings?: Surroundings,
): Promise<Sandbox> {
  refuseProduction()
  const openDatabase = await databaseOpener(options)
  const shared = options.redisUrl === undefined ? sharedWithNobody() : await sharedInRedis(options.redisUrl)
  let interior: Interior | undefined
  // Only who has the port may touch the database: another sandbox may be running on both.
  const server = await listen(
    (address) => {
      interior = openInterior(options, { address, log, shared, openDatabase, surroundings })
      return interior.api
    },
    { port: options.port, host: options.host, headersTimeoutMs: requestTimeoutMs, requestTimeoutMs },
  ).catch((error: unknown) => {
    shared.close()
    throw error
  })
  const { environment, systems, preparing, apply, close: closeInterior } = interior as unknown as Interior
  const { origin, processor } = environment
  async function close(): Promise<void> {
    await server.close()
    await closeInterior()
  }
  try {
    await processor.port
    if (options.fresh) await openDatabase.empty()
    await preparing.begin()
  } catch (error) {
    await close()
    throw error
  }
  return { url: server.url, origin, systems, processorPid: () => processor.pid, apply, close }
}

/** What is shown of a sandbox when it is ready. */
export function introductionOf({ origin, systems }: Sandbox): Introduction {
  return { origin, systems: systems.map(({ name, base, keys }) => ({ name, base, key: keys.full })) }
}

/** Everything behind the port. */
interface Interior {
  readonly api: Handling
  readonly environment: Environment
  readonly systems: readonly System[]
  readonly preparing: Preparing
  apply(change: MaintenanceChange): void
  close(): Promise<void>
}

interface Foundations {
  readonly address: ListenAddress
  readonly log: Log
  readonly shared: Shared
  readonly openDatabase: DatabaseOpener
  readonly surroundings: Surroundings | undefined
}

function openInterior(options: SandboxOptions, foundations: Foundations): Interior {
  const { databaseFile, processes } = options
  const { address, log, shared, openDatabase, surroundings } = foundations
  const origin = address.url.replace('//127.0.0.1:', '//localhost:')
  prepareFiles(databaseFile, options.fresh)
  const database = openDatabase.open()
  const { log: requests, close: closeLog } = openLog(logFile(databaseFile))
  const processor = surroundings?.processor ?? startProcessor(processorFile(databaseFile))
  let board: Console | undefined
  let preparing: Preparing | undefined
  async function close(): Promise<void> {
    await preparing?.end()
    await board?.close()
    await processor.stop()
    closeLog()
    shared.close()
    await database.close()
  }
  try {
    const apply = ({ system, on, retryAfterSeconds }: MaintenanceChange) => {
      const pause = systems.find(({ name }) => name === system)?.maintenance
      if (on) pause?.start(retryAfterSeconds)
      else pause?.stop()
    }
    const spread = surroundings?.spread ?? (async (change: MaintenanceChange) => apply(change))
    const environment = { origin, database, shared, processor, processes, spread, log }
    const systems = createSystems(environment)
    const apis: Record<string, Api> = Object.fromEntries(systems.map(({ base, api }) => [base, api]))
    const site = siteApi(environment, systems)
    preparing = openWhenPrepared(database, systems, surroundings?.note ?? printNote)
    const whole = withPages(preparing.mount(mountApis(apis, site), apis), referencePages(environment, systems, site))
    const more = processes > 1 ? { lookMs } : {}
    board = createConsole({
      title: 'culpa sandbox',
      systems,
      others: [site],
      log: requests,
      origin: address.url,
      ...more,
    })
    return { api: board.mount(whole), environment, systems, preparing, apply, close }
  } catch (error) {
    void close()
    throw error
  }
}

function printNote(text: string): void {
  console.error(`culpa sandbox: ${text}`)
}
