import { once } from 'node:events'
import { Cluster, Redis } from 'ioredis'
import { createCluster } from 'redis'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { memoryKeys } from '../../packages/culpa/src/stores/memory.ts'
import { type RedisClient, redisIdempotency, redisKeys, redisLimits } from '../../packages/culpa/src/stores/redis.ts'
import { describeRedis, type RedisUnderTest } from '../support/redis.ts'
import { until } from '../support/until.ts'
import { binary } from './binary-reply.ts'

const slots = 16_384
const clients = {
  'node-redis': async (port: number) => {
    const client = createCluster({ rootNodes: [{ socket: { host: '127.0.0.1', port } }] })
    await client.connect()
    return { client: client as RedisClient, close: () => client.destroy() }
  },
  ioredis: async (port: number) => {
    const client = new Cluster([{ host: '127.0.0.1', port }])
    await once(client, 'ready')
    return { client: client as RedisClient, close: () => client.disconnect() }
  },
}

/** Gives each server half of the slots. */
async function join(servers: readonly RedisUnderTest[]): Promise<void> {
  const admins = servers.map(({ port }) => new Redis({ host: '127.0.0.1', port }))
  for (const [index, admin] of admins.entries()) {
    const [from, to] = [index * (slots / 2), (index + 1) * (slots / 2) - 1]
    await admin.cluster('ADDSLOTSRANGE', from, to)
    await admin.cluster('MEET', '127.0.0.1', (servers[0] as RedisUnderTest).port)
  }
  for (const admin of admins) {
    await until(async () => (String(await admin.cluster('INFO')).includes('cluster_state:ok') ? true : undefined))
    admin.disconnect()
  }
}

describeRedis(
  'a cluster of Redis',
  (first) => {
    describeRedis(
      'of two',
      (second) => {
        beforeAll(() => join([first, second]))

        describe.each(Object.entries(clients))('%s', (library, connect) => {
          let connected: Awaited<ReturnType<typeof connect>>
          beforeAll(async () => {
            connected = await connect(first.port)
          })
          afterAll(() => connected.close())

          test('all limits of a caller are charged at once, whoever it is, and callers are spread', async () => {
            const store = redisLimits(connected.client, { prefix: `${library}:`, timeoutMs: 1000 })
            for (let caller = 0; caller < 20; caller += 1) {
              const owner = `org_${caller}}{:live`
              const charges = ['writes', 'reads', 'all'].map((policy) => ({
                key: `${policy}:${owner}`,
                intervalMs: 60_000,
                burst: 5,
                cost: 2,
              }))
              expect((await store.take(charges)).map(({ remaining }) => remaining)).toEqual([3, 3, 3])
            }
            for (const { port } of [first, second]) {
              const admin = new Redis({ host: '127.0.0.1', port })
              expect((await admin.keys(`${library}:*`)).length).toBeGreaterThan(0)
              admin.disconnect()
            }
          })

          test('claims and keys lie anywhere', async () => {
            const options = { prefix: `${library}:`, timeoutMs: 1000 }
            const claims = redisIdempotency(connected.client, options)
            const keys = redisKeys(connected.client, memoryKeys(), options)
            for (let count = 0; count < 10; count += 1) {
              const scope = `scope ${count}`
              const { attempt } = await claims.claim(scope, 'f', 60_000)
              expect(await claims.finish(scope, attempt, binary)).toBe(true)
              expect(await claims.find(scope)).toMatchObject({ state: 'finished', reply: binary })
              const key = { keyId: `k${count}`, tenant: 't', environment: 'test', scopes: [], secrets: [] }
              await keys.save(key)
              expect(await keys.find(key.keyId)).toEqual(key)
            }
          })
        })
      },
      ['--cluster-enabled', 'yes'],
    )
  },
  ['--cluster-enabled', 'yes'],
)
