import { Server as HttpServer, type Server } from 'node:http'
import { Server as NetServer, type Socket } from 'node:net'
import { setTimeout as delay, setImmediate as nextTurn } from 'node:timers/promises'
import type { Handling } from '../server/mount.ts'
import { connectionOf } from './node-connection.ts'
import type { ServerState } from './node-handler.ts'

/** In milliseconds. */
export interface DrainOptions {
  readonly drainGraceMs?: number
  readonly drainWorkMs?: number
}

/** Time for bytes that are on their way when the server stops taking connections. */
const sweepMs = 100

/**
 * Makes the function that closes a server without cutting a request: readiness fails and answers end their connections
 * at once; after `graceMs` no connection is taken any more; idle ones are closed; the promise resolves when the last
 * answer is out and the last handler has ended, or has had `drainWorkMs` to do so. Calling it again gives the same promise.
 */
export function createDrain(
  server: Server,
  state: ServerState,
  api: Pick<Handling, 'idle' | 'leave'>,
  { drainGraceMs: graceMs = 0, drainWorkMs = 30_000 }: DrainOptions,
): () => Promise<void> {
  const sockets = new Set<Socket>()
  server.on('connection', (socket) => {
    sockets.add(socket)
    socket.once('close', () => sockets.delete(socket))
  })

  function sweep(): void {
    server.closeIdleConnections()
    // Node counts a connection on which nothing ever came as busy.
    for (const socket of sockets) if (socket.bytesRead === 0 && connectionOf(socket).idle) socket.destroy()
  }

  async function drain(): Promise<void> {
    state.draining = true
    api.leave?.()
    if (graceMs > 0) await delay(graceMs)
    await takeWaiting(server)
    const closed = new Promise<void>((resolve) => {
      // Not the HTTP server's own, which cuts connections whose request is on its way, and ends the checks of slow ones.
      NetServer.prototype.close.call(server, () => resolve())
    })
    // An immediate comes after the reading of what is there: a timer may be due before it, when the process was busy.
    const sweeping = setInterval(() => setImmediate(sweep), sweepMs)
    await closed
    clearInterval(sweeping)
    HttpServer.prototype.close.call(server)
    const patience = new AbortController()
    const enough = delay(drainWorkMs, undefined, { signal: patience.signal }).catch(() => undefined)
    await Promise.race([api.idle(), enough])
    patience.abort()
  }

  let drained: Promise<void> | undefined
  return () => {
    drained ??= drain()
    return drained
  }
}

/**
 * Waits until the operating system holds no connection that is made but not handed over yet: closing would reset it.
 * Node may take only one in each turn of the event loop.
 */
async function takeWaiting(server: Server): Promise<void> {
  let quietTurns = 0
  const note = () => {
    quietTurns = 0
  }
  server.on('connection', note)
  const untilMs = performance.now() + sweepMs
  while (quietTurns < 2 && performance.now() < untilMs) {
    quietTurns++
    await nextTurn()
  }
  server.off('connection', note)
}
