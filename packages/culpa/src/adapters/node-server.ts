import { createServer, type Server } from 'node:http'
import type { Handling } from '../server/mount.ts'
import { refusal } from '../server/refusal.ts'
import { connectionOf } from './node-connection.ts'
import { createDrain } from './node-drain.ts'
import { createMessageHandler, type ServerState } from './node-handler.ts'
import { healthReply } from './node-health.ts'
import { NodeRequest } from './node-request.ts'
import { answerClientError, answerConnect, type ClientError } from './node-wire.ts'

/** All times in milliseconds. */
export interface NodeServerOptions {
  /** For the request line and headers to arrive, else 408. Default 10 000. */
  readonly headersTimeoutMs?: number
  /** For the whole request to arrive, else 408. Default 30 000. */
  readonly requestTimeoutMs?: number
  /** How often those two are checked. Default 1000. */
  readonly checkIntervalMs?: number
  /** How long a connection may be idle between two requests. Default 5000. */
  readonly keepAliveTimeoutMs?: number
  /** After this long without progress, an answer that its caller does not read is given up. Default 30 000. */
  readonly stallTimeoutMs?: number
  /** Request line and headers together. Default 16 384. */
  readonly maxHeaderBytes?: number
  /** How long connections are still taken after readiness has failed. Default 0. */
  readonly drainGraceMs?: number
  /** How long closing waits for handlers whose caller has gone or was told 504. Default 30 000. */
  readonly drainWorkMs?: number
  /** Whether `/livez` and `/readyz` are answered before the API. Default true. */
  readonly health?: boolean
}

/** A server that does not listen yet, and the function that closes it gracefully. */
export interface DrainableServer {
  readonly server: Server
  /** Resolves when the last request in flight is answered and the last handler has ended. */
  drain(): Promise<void>
}

/**
 * Makes a server of `node:http` in which everything is answered by the API, also what Node would answer by itself.
 * {@link listen} is the shorter way.
 * @example
 * const { server, drain } = createNodeServer(api)
 * server.listen('/run/api.sock')
 */
export function createNodeServer(api: Handling, options: NodeServerOptions = {}): DrainableServer {
  const state: ServerState = { draining: false }
  const server = createServer(toServerOptions(options))
  server.maxHeadersCount = 0
  server.setTimeout(options.stallTimeoutMs ?? 30_000, (socket) => {
    if (connectionOf(socket).idle || socket.writableLength > 0) socket.destroy()
  })

  const handle = createMessageHandler(api, state)
  const health = options.health === false ? undefined : (request: NodeRequest) => healthReply(request, state, api)
  server.on('request', (message, response) => handle(new NodeRequest(message, response), health))
  server.on('checkContinue', (message, response) => handle(new NodeRequest(message, response, true), health))
  server.on('checkExpectation', (message, response) => {
    const request = new NodeRequest(message, response)
    handle(request, () => api.refuse(request, refusal('expectation_failed')))
  })
  server.on('clientError', (error: ClientError, socket) => answerClientError(api, error, socket as never))
  server.on('connect', ({ url }, socket) => answerConnect(api, url as string, socket as never))
  return { server, drain: createDrain(server, state, api, options) }
}

function toServerOptions(options: NodeServerOptions) {
  const { headersTimeoutMs = 10_000, requestTimeoutMs = 30_000 } = options
  return {
    headersTimeout: Math.min(headersTimeoutMs, requestTimeoutMs),
    requestTimeout: requestTimeoutMs,
    connectionsCheckingInterval: options.checkIntervalMs ?? 1000,
    keepAliveTimeout: options.keepAliveTimeoutMs ?? 5000,
    maxHeaderSize: options.maxHeaderBytes ?? 16_384,
    // A request without a body has no stream to be emptied.
    optimizeEmptyRequests: true,
    // Checked by us, so that the answer is the contract's.
    requireHostHeader: false,
    // Whatever flag the process was started with.
    insecureHTTPParser: false,
  }
}
