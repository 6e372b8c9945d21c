import type { Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import type { Handling } from '../server/mount.ts'
import { ListenError } from './listen-error.ts'
import { closeOnSignals, logProcessFailures } from './node-process.ts'
import { createNodeServer, type NodeServerOptions } from './node-server.ts'

export { eventLoopDelay } from './event-loop-delay.ts'
export { ListenError } from './listen-error.ts'
export { toNodeHandler } from './node-handler.ts'
export { createNodeServer, type DrainableServer, type NodeServerOptions } from './node-server.ts'

export interface ListenOptions extends NodeServerOptions {
  /** 0 finds a free one. Default 4000. */
  readonly port?: number
  /** Default `127.0.0.1`: this machine only. */
  readonly host?: string
  /** Whether SIGTERM and SIGINT close the server and exit with 0. Default false. */
  readonly signals?: boolean
  /**
   * What becomes of something thrown that no request waits for any more: `log` notes it and goes on, `crash` leaves it
   * to Node, which ends the process. Default `log`.
   */
  readonly processFailures?: 'log' | 'crash'
}

/** Where a server listens. */
export interface ListenAddress {
  /** Without a slash at its end. */
  readonly url: string
  readonly port: number
}

export interface NodeServer extends ListenAddress {
  readonly server: Server
  /** Closes gracefully: no request in flight is cut. */
  close(): Promise<void>
}

/**
 * Serves an API. A function is called with the address first, for an API that needs to know its own URL.
 * @throws {ListenError} (as a rejection) when the address cannot be had; ContractError when a guard can never work
 * @example
 * const { url, close } = await listen(api, { port: 4000 })
 */
export async function listen(
  api: Handling | ((address: ListenAddress) => Handling),
  options: ListenOptions = {},
): Promise<NodeServer> {
  const { port = 4000, host = '127.0.0.1' } = options
  const undo: (() => void)[] = []
  let made: Handling | undefined = typeof api === 'function' ? undefined : api
  const { server, drain } = createNodeServer(made ?? later(() => made as Handling), options)
  const address = await bind(server, port, host)
  try {
    made ??= (api as (address: ListenAddress) => Handling)(address)
    await made.ready?.()
  } catch (thrown) {
    server.close()
    throw thrown
  }
  const close = async () => {
    await drain()
    for (const one of undo.splice(0)) one()
  }
  if (options.signals === true) undo.push(closeOnSignals(close))
  if (options.processFailures !== 'crash') undo.push(logProcessFailures(made.log))
  return { ...address, server, close }
}

/** Stands in for an API that is made once the address is known; no request comes before that. */
function later(api: () => Handling): Handling {
  return {
    handle: (request) => api().handle(request),
    refuse: (request, error) => api().refuse(request, error),
    log: (event) => api().log(event),
    idle: () => api().idle(),
    leave: () => api().leave?.(),
  }
}

function bind(server: Server, port: number, host: string): Promise<ListenAddress> {
  return new Promise((resolve, reject) => {
    const fail = (cause: unknown) => reject(new ListenError(host, port, cause))
    server.once('error', fail)
    try {
      server.listen(port, host, () => {
        server.off('error', fail)
        const bound = (server.address() as AddressInfo).port
        resolve({ url: `http://${urlHost(host)}:${bound}`, port: bound })
      })
    } catch (cause) {
      fail(cause)
    }
  })
}

function urlHost(host: string): string {
  if (host === '0.0.0.0' || host === '::') return 'localhost'
  return host.includes(':') ? `[${host}]` : host
}
