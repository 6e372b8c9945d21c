import { type Log, logFailures, mountApis } from 'culpa'
import { listen } from 'culpa/node'
import { openDatabase, processorFile } from './database.ts'
import type { SandboxOptions } from './options.ts'
import { startProcessor } from './processor-client.ts'
import { siteApi } from './site.ts'
import type { System } from './system.ts'
import { createSystems } from './systems.ts'

/** How long headers and body of a request may take, in milliseconds. */
const requestTimeoutMs = 10_000

export interface Sandbox {
  readonly url: string
  readonly systems: readonly System[]
  /** Process id of the card processor. */
  readonly processorPid: () => number | undefined
  /** Finishes what is running, then stops. */
  close(): Promise<void>
}

/**
 * Starts the sandbox: database, processor, six systems on one port.
 * @throws {Error} one line with the remedy: the port is taken, or `NODE_ENV` is `production`
 */
export async function startSandbox(options: SandboxOptions, log: Log = logFailures): Promise<Sandbox> {
  if (process.env.NODE_ENV === 'production') {
    throw new Error('The sandbox has public keys and does not run in production. Remedy: unset NODE_ENV.')
  }
  const database = openDatabase(options.databaseFile, options.fresh)
  const processor = await startProcessor(processorFile(options.databaseFile))
  let systems: readonly System[] = []
  try {
    const server = await listen(
      ({ port }) => {
        const origin = `http://localhost:${port}`
        systems = createSystems({ origin, database, processor, log })
        const site = siteApi({ origin, database, processor, log }, systems)
        return mountApis(Object.fromEntries(systems.map(({ base, api }) => [base, api])), site)
      },
      { port: options.port, host: options.host, headersTimeoutMs: requestTimeoutMs, requestTimeoutMs },
    )
    for (const system of systems) await system.prepare()
    return {
      url: server.url,
      systems,
      processorPid: () => processor.pid,
      async close() {
        await server.close()
        await processor.stop()
        database.close()
      },
    }
  } catch (error) {
    await processor.stop()
    database.close()
    throw error
  }
}
