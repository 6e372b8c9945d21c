import { Redis } from 'ioredis'
import { createClient } from 'redis'
import { afterAll, beforeAll, describe } from 'vitest'
import type { RedisClient } from '../../packages/culpa/src/stores/redis.ts'
import { programFor } from './program.ts'
import { startRedis } from './redis-service.ts'
import type { Service } from './service.ts'

export type RedisUnderTest = Omit<Service, 'close'>

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
    let service: Service
    beforeAll(async () => {
      service = await startRedis(file as string, settings)
    })
    afterAll(() => service.close())
    body({
      get port() {
        return service.port
      },
      get pid() {
        return service.pid
      },
      kill: () => service.kill(),
      restart: () => service.restart(),
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
