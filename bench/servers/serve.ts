import type { RequestListener } from 'node:http'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'

/** What a server tells when it listens. */
export interface Listening {
  readonly port: number
  /** API keys that it accepts. */
  readonly keys: readonly string[]
}

/** What a server that is compared is started with. */
export function startOptions<Options>(): Options {
  return JSON.parse(process.argv[2] ?? '{}') as Options
}

/** Tells the process that measures where this one listens, then answers its questions until it goes. */
export function serve(listening: Listening): void {
  process.on('message', (question) => {
    if (question === 'heap') globalThis.gc?.()
    process.send?.(question === 'heap' ? process.memoryUsage() : process.cpuUsage())
  })
  process.on('disconnect', () => process.exit(0))
  process.send?.(listening)
}

/** Listens with bare `node:http`. */
export function serveBare(listener: RequestListener): void {
  const server = createServer(listener)
  server.listen(0, '127.0.0.1', () => serve({ port: (server.address() as AddressInfo).port, keys: [] }))
}
