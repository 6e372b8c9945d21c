import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { Redis } from 'ioredis'
import { createClient } from 'redis'
import { afterAll, beforeAll, describe } from 'vitest'
import type { RedisClient } from '../../packages/culpa/src/stores/redis.ts'
import { freePort } from './free-port.ts'
import { programFor } from './program.ts'
import { type Service, startService } from './service.ts'

/** A Redis of a test file, on a port of its own. */
export interface RedisUnderTest {
  readonly port: number
  readonly pid: number
  /** Ends it as a crash would; what it held is gone. */
  kill(): Promise<void>
  /** Starts it again on the same port, empty. */
  restart(): Promise<void>
}

/** The client libraries that the stores work with. */
export const redisLibraries: Readonly<
  Record<string, (port: number) => Promise<{ readonly client: RedisClient; close(): void }>>
> = {
  'node-redis': async (port: number) => {
    const client = createClient({ socket: { host: '127.0.0.1', port } })
    await client.connect()
    return { client: client satisfies RedisClient, close: () => client.destroy() }
  },
  ioredis: async (port: number) => {
    const client = new Redis({ host: '127.0.0.1', port })
    await client.ping()
    return { client: client satisfies RedisClient, close: () => client.disconnect() }
  },
}

/** Tests on a Redis of their own, ended with them; skipped where there is none. */
export function describeRedis(
  name: string,
  body: (redis: RedisUnderTest) => void,
  settings: readonly string[] = [],
): void {
  const file = programFor(name, 'redis-server')
  describe.skipIf(file === undefined)(name, () => {
    const folder = mkdtempSync(join(tmpdir(), 'culpa-redis-'))
    let port = 0
    let service: Service
    const start = async () => {
      const args = ['--port', String(port), '--bind', '127.0.0.1', '--dir', folder, '--save', '', ...settings]
      service = await startService(file as string, args, /Ready to accept connections/)
    }
    beforeAll(async () => {
      port = await freePort()
      await start()
    })
    afterAll(async () => {
      await service.kill()
      rmSync(folder, { recursive: true })
    })
    body({
      get port() {
        return port
      },
      get pid() {
        return service.child.pid as number
      },
      kill: () => service.kill(),
      restart: start,
    })
  })
}

/** A Redis and a client of it. */
export interface RedisClientUnderTest {
  /** Which library the client is of. */
  readonly library: string
  readonly client: RedisClient
  readonly redis: RedisUnderTest
}

/** Tests on a Redis of their own, once with a client of each library. */
export function describeRedisClients(name: string, body: (under: RedisClientUnderTest) => void): void {
  describeRedis(name, (redis) => {
    describe.each(Object.entries(redisLibraries))('%s', (library, connect) => {
      let connected: Awaited<ReturnType<typeof connect>>
      beforeAll(async () => {
        connected = await connect(redis.port)
      })
      afterAll(() => {
        connected.close()
      })
      body({
        library,
        redis,
        get client() {
          return connected.client
        },
      })
    })
  })
}
