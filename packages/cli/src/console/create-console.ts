import {
  type Api,
  createApi,
  type Handling,
  type LogRecorder,
  type LogRecorderOptions,
  type LogStore,
  recordLog,
} from 'culpa'
import { toCurl } from 'culpa/reference'
import { consoleContract } from './console-contract.ts'
import { logOperations } from './log-operations.ts'
import { ownHost } from './own-host.ts'
import { pageOperations } from './page-operations.ts'
import { tryOperations } from './try-operations.ts'
import type { SystemBody, TriggerBody } from './wire.ts'

export { type OpenLog, openLog } from './open-log.ts'
export type { StepBody, TriggerBody } from './wire.ts'

/** An API that the console shows. */
export interface ConsoleSystem {
  readonly api: Api
  /** Path that its operations begin with. Default: none. */
  readonly base?: string
  /** Public test keys by name, to try its codes with. Everybody who sees the page sees them. */
  readonly keys?: Readonly<Record<string, string>>
  /** How to provoke its codes. */
  readonly triggers?: readonly TriggerBody[]
}

export interface ConsoleOptions {
  /** What the page is called. */
  readonly title: string
  readonly systems: readonly ConsoleSystem[]
  /** APIs whose requests are in the log as well, without being shown as a system. */
  readonly others?: readonly Api[]
  /** Where requests are kept, such as `sqliteLog(db)`. */
  readonly log: LogStore
  /** Where the server can be reached from itself, as `http://127.0.0.1:4000`. */
  readonly origin: string
  readonly recorder?: LogRecorderOptions
  /** Names it may be reached by, besides `localhost` and addresses, such as `log.example.com`. */
  readonly hosts?: readonly string[]
}

/** The page with the live log, running. */
export interface Console {
  readonly recorder: LogRecorder
  /**
   * The APIs with the console before them: it answers `/console`, what is below, and `/`, unless an operation of its
   * systems has that path.
   */
  mount(otherwise: Handling): Handling
  /** Writes what the log has not written yet. Close the server first. */
  close(): Promise<void>
}

/**
 * Records the requests of APIs and serves the page that shows them. Reading the log is not logged.
 * @example
 * const { log } = openLog('requests.db')
 * const board = createConsole({ title: 'My API', systems: [{ api }], log, origin: 'http://127.0.0.1:4000' })
 * await listen(board.mount(api), { port: 4000 })
 */
export function createConsole(options: ConsoleOptions): Console {
  const { title, systems, others = [], log: store, origin, hosts = [] } = options
  const recorder = recordLog(store, options.recorder)
  const stops = [...systems.map(({ api }) => api), ...others].map((api) => api.watch(recorder.log))
  const leaving = new AbortController()
  const contract = consoleContract()
  const logged = [...systems.map(({ api }) => api), ...others].map((one) => one.contract.name)
  const about = { title, origin, logged, systems: systems.map((system) => toSystemBody(system, origin)) }
  const api = createApi({
    contract,
    guards: { others: [ownHost([new URL(origin).hostname, ...hosts])] },
    operations: [
      ...pageOperations(contract),
      ...logOperations({ contract, store, recorder, leaving: leaving.signal }),
      ...tryOperations(contract, about, origin),
    ],
  })
  const isHomeTaken = systems.some((system) => system.api.plans.some(({ operation }) => operation.path === '/'))

  return {
    recorder,
    mount: (otherwise) => before(api, otherwise, isHomeTaken, () => leaving.abort()),
    async close() {
      leaving.abort()
      for (const stop of stops) stop()
      await recorder.close()
    },
  }
}

function before(api: Api, otherwise: Handling, isHomeTaken: boolean, leave: () => void): Handling {
  const handlingOf = ({ target }: { readonly target: string }) => {
    const path = target.replace(/[?#].*$/s, '')
    const isOwn = path === '/console' || path.startsWith('/console/') || (path === '/' && !isHomeTaken)
    return isOwn ? api : otherwise
  }
  return {
    handle: (request) => handlingOf(request).handle(request),
    refuse: (request, error) => otherwise.refuse(request, error),
    log: otherwise.log,
    async idle() {
      await Promise.all([api.idle(), otherwise.idle()])
    },
    leave() {
      leave()
      otherwise.leave?.()
    },
  }
}

function toSystemBody({ api, base = '', keys = {}, triggers = [] }: ConsoleSystem, origin: string): SystemBody {
  const { contract } = api
  return {
    name: contract.name,
    base,
    docs: contract.docs,
    codes: [...contract.codes.values()].map(({ code, status, type, message }) => ({ code, status, type, message })),
    operations: api.plans.map(({ id }) => id),
    keys,
    triggers: triggers.map((trigger) => ({ ...trigger, curl: toCurl(trigger, origin) })),
  }
}
