import { createServer, type RequestListener } from 'node:http'
import { Session } from 'node:inspector/promises'
import type { AddressInfo } from 'node:net'

/** What a server tells when it listens. */
export interface Listening {
  readonly port: number
  /** API keys that it accepts. */
  readonly keys: readonly string[]
}

/** Longer than any side waits for its turn. */
export const keepAliveTimeoutMs = 120_000

/** What a server that is compared is started with. */
export function startOptions<Options>(): Options {
  return JSON.parse(process.argv[2] ?? '{}') as Options
}

/** What a server can be asked while it is measured. */
const answers = {
  cpu: () => process.cpuUsage(),
  heap() {
    globalThis.gc?.()
    return process.memoryUsage()
  },
  async profile() {
    session.connect()
    await session.post('Profiler.enable')
    await session.post('Profiler.setSamplingInterval', { interval: 200 })
    await session.post('Profiler.start')
    return 'started'
  },
  profiled: async () => (await session.post('Profiler.stop')).profile,
}
type Question = keyof typeof answers

const session = new Session()

/** Tells the process that measures where this one listens, then answers its questions until it goes. */
export function serve(listening: Listening): void {
  process.on('message', async (question) => process.send?.(await answers[question as Question]()))
  process.on('disconnect', () => process.exit(0))
  process.send?.(listening)
}

/** Listens with bare `node:http`. */
export function serveBare(listener: RequestListener): void {
  const server = createServer({ keepAliveTimeout: keepAliveTimeoutMs }, listener)
  server.listen(0, '127.0.0.1', () => serve({ port: (server.address() as AddressInfo).port, keys: [] }))
}
