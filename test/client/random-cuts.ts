import { type AddressInfo, connect, createServer, type Socket } from 'node:net'

export interface RandomCuts {
  readonly url: string
  /** Connections it broke. */
  readonly cuts: () => number
  readonly close: () => Promise<void>
}

/**
 * Stands before a server and breaks every connection after a random number of bytes of what the caller sends, or of what
 * the server answers, by a reset or by an end: in the first request that it carries, or in a later one.
 */
export async function startRandomCuts(serverPort: number, random: () => number): Promise<RandomCuts> {
  const sockets = new Set<Socket>()
  let cuts = 0
  const server = createServer((caller) => {
    const upstream = connect(serverPort, '127.0.0.1')
    for (const socket of [caller, upstream]) {
      sockets.add(socket)
      socket
        .on('error', () => undefined)
        .on('close', () => {
          sockets.delete(socket)
          caller.destroy()
          upstream.destroy()
        })
    }
    const cutsRequest = random() < 0.5
    const byte = Math.floor(random() * 350)
    pass(caller, upstream, cutsRequest ? byte : undefined)
    pass(upstream, caller, cutsRequest ? undefined : byte)
  })

  function pass(from: Socket, to: Socket, cutAt: number | undefined): void {
    let passed = 0
    from.on('data', (chunk: Buffer) => {
      if (cutAt === undefined || passed + chunk.length <= cutAt) {
        passed += chunk.length
        to.write(chunk)
        return
      }
      cuts++
      to.write(chunk.subarray(0, cutAt - passed), () => {
        if (random() < 0.5) from.resetAndDestroy()
        else from.destroy()
      })
      from.removeAllListeners('data').pause()
    })
  }

  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    cuts: () => cuts,
    close: () => {
      for (const socket of sockets) socket.destroy()
      return new Promise((resolve) => server.close(() => resolve()))
    },
  }
}
