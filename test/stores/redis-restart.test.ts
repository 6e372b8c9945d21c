import { Redis } from 'ioredis'
import { expect, test } from 'vitest'
import { send } from '../../packages/culpa/src/guards/testing.suite.ts'
import { createApi, defineContract, operationsFor, rateLimits } from '../../packages/culpa/src/index.ts'
import { memoryLimits } from '../../packages/culpa/src/stores/memory.ts'
import { redisLimits } from '../../packages/culpa/src/stores/redis.ts'
import { describeRedis, type RedisUnderTest } from '../support/redis.ts'
import { until } from '../support/until.ts'

const quota = 100
const nodes = 2
/** What the nodes let through together while Redis is away: each its part of the quota. */
const shares = quota
const contract = defineContract({ docs: '/errors' })

/** A node whose limit goes on when Redis is lost, and what it has let through. Nothing comes back within the test. */
async function startNode({ port }: RedisUnderTest) {
  const client = new Redis({ host: '127.0.0.1', port, retryStrategy: () => 20 })
  await client.ping()
  const limits = rateLimits(
    redisLimits(client, { timeoutMs: 1000 }),
    { all: { default: `${quota}/day`, whenLost: 'open' } },
    { fallback: memoryLimits(), nodes },
  )
  const operations = [operationsFor(contract)('GET /', { limit: 'all', handler: () => 'ok' })]
  const api = createApi({ contract, operations, guards: { limits }, log: () => undefined })
  return {
    /** Sends so many, and tells how many were let through by whom. */
    async send(times: number) {
      const admitted = { redis: 0, alone: 0 }
      for (let sent = 0; sent < times; sent += 1) {
        const { status, header } = await send(api, 'GET /')
        if (status === 200) admitted[header('ratelimit') === undefined ? 'alone' : 'redis'] += 1
      }
      return admitted
    },
    /** Until Redis decides again. */
    back: () => until(async () => (await send(api, 'GET /')).header('ratelimit')),
    close: () => client.disconnect(),
  }
}

/** Two nodes and one caller, before Redis is killed, while it is gone, and after its restart. */
async function live(redis: RedisUnderTest) {
  const cluster = await Promise.all([startNode(redis), startNode(redis)])
  const both = async (times: number) => {
    const [one, other] = await Promise.all(cluster.map((node) => node.send(times)))
    return { redis: one!.redis + other!.redis, alone: one!.alone + other!.alone }
  }
  const before = await both(20)
  await redis.kill()
  const without = await both(200)
  await redis.restart()
  for (const node of cluster) await node.back()
  const after = await both(200)
  for (const node of cluster) node.close()
  return { before, without, after }
}

describeRedis(
  'a Redis that keeps its data, killed and started again',
  (redis) => {
    test('nobody gets more than the quota and the shares of the nodes', async () => {
      const { before, without, after } = await live(redis)
      expect(before).toEqual({ redis: 40, alone: 0 })
      expect(without).toEqual({ redis: 0, alone: shares })
      expect(after.alone).toBe(0)
      expect(before.redis + after.redis).toBeLessThanOrEqual(quota)
      expect(after.redis).toBeGreaterThan(quota - 60)
    })
  },
  ['--appendonly', 'yes', '--appendfsync', 'always'],
)

describeRedis('a Redis that keeps nothing, killed and started again', (redis) => {
  test('each of its lives grants the quota once, and the nodes their shares', async () => {
    const { before, without, after } = await live(redis)
    expect(before.redis).toBe(40)
    expect(without).toEqual({ redis: 0, alone: shares })
    expect(after.redis).toBeLessThanOrEqual(quota)
    expect(after.redis).toBeGreaterThan(quota - 20)
  })
})
