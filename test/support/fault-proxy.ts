import { type AddressInfo, connect, createServer, type Socket } from 'node:net'

/** What befalls what a client sends. */
export type Fault = 'pass' | 'hold' | 'cut-before' | 'cut-after'

export interface FaultProxy {
  readonly port: number
  /**
   * Decides about each piece that a client sends: `hold` keeps it and all that follows, `cut-before` breaks the
   * connection instead of sending it on, `cut-after` once the server has answered it, which the client never sees.
   */
  judge: (sent: string) => Fault
  /** Sends on what was held. */
  resume(): void
  close(): Promise<void>
}

/** Stands before a server, on a port of its own. */
export async function startFaultProxy(serverPort: number): Promise<FaultProxy> {
  const sockets = new Set<Socket>()
  let held: (() => void)[] = []
  const proxy: FaultProxy = {
    port: 0,
    judge: () => 'pass',
    resume() {
      const sends = held
      held = []
      for (const send of sends) send()
    },
    close() {
      for (const socket of sockets) socket.destroy()
      return new Promise((resolve) => server.close(() => resolve()))
    },
  }
  const server = createServer((caller) => {
    const upstream = connect(serverPort, '127.0.0.1')
    let isDeaf = false
    const pass = (chunk: Buffer) => {
      const fault = proxy.judge(chunk.toString('latin1'))
      if (fault === 'hold' || held.length > 0) held.push(() => upstream.write(chunk))
      else if (fault === 'cut-before') caller.destroy()
      else {
        isDeaf ||= fault === 'cut-after'
        upstream.write(chunk)
      }
    }
    caller.on('data', pass)
    upstream.on('data', (chunk) => (isDeaf ? caller.destroy() : caller.write(chunk)))
    for (const socket of [caller, upstream]) {
      sockets.add(socket)
      socket.on('error', () => undefined)
      socket.on('close', () => {
        sockets.delete(socket)
        caller.destroy()
        upstream.destroy()
      })
    }
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  return Object.assign(proxy, { port: (server.address() as AddressInfo).port })
}
