import { type AddressInfo, connect, createServer, type Socket } from 'node:net'

export interface CuttingProxy {
  readonly port: number
  /** How many connections it has taken. */
  readonly taken: () => number
  readonly close: () => Promise<void>
}

/**
 * Stands before a server. Of the first `cuts` connections it passes on every byte of the request, waits until the
 * server answers, and then breaks the connection before the caller has seen anything of the answer.
 */
export async function startCuttingProxy(serverPort: number, cuts: number): Promise<CuttingProxy> {
  const sockets = new Set<Socket>()
  let taken = 0
  const server = createServer((caller) => {
    taken++
    const cut = taken <= cuts
    const upstream = connect(serverPort, '127.0.0.1')
    for (const socket of [caller, upstream]) {
      sockets.add(socket)
      socket.on('error', () => undefined)
      socket.on('close', () => {
        sockets.delete(socket)
        caller.destroy()
        upstream.destroy()
      })
    }
    caller.pipe(upstream)
    if (cut) upstream.once('data', () => caller.resetAndDestroy())
    else upstream.pipe(caller)
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  return {
    port: (server.address() as AddressInfo).port,
    taken: () => taken,
    close: () => {
      for (const socket of sockets) socket.destroy()
      return new Promise((resolve) => server.close(() => resolve()))
    },
  }
}
