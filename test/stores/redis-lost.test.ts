import { Redis } from 'ioredis'
import { createClient } from 'redis'
import { afterAll, beforeAll, expect, test } from 'vitest'
import type { LimitStore } from '../../packages/culpa/src/server/stores.ts'
import { memoryKeys } from '../../packages/culpa/src/stores/memory.ts'
import { redisIdempotency, redisKeys, redisLimits } from '../../packages/culpa/src/stores/redis.ts'
import { freePort } from '../support/free-port.ts'
import { describeRedisClients } from '../support/redis.ts'
import { until } from '../support/until.ts'

const charge = (key: string, cost = 1) => ({ key: `writes:${key}`, intervalMs: 3_600_000, burst: 10, cost })
/** Long enough for a server that is there, on a machine that is busy. */
const timeoutMs = 200
const key = { keyId: 'k', tenant: 'org_1', environment: 'test', scopes: [], secrets: [] }

async function remaining(store: LimitStore, name: string): Promise<number | undefined> {
  return (await store.take([charge(name, 0)]))[0]?.remaining
}

describeRedisClients('Redis lost', (under) => {
  const { redis } = under
  let admin: Redis
  beforeAll(() => {
    admin = new Redis({ host: '127.0.0.1', port: redis.port })
    admin.on('error', () => undefined)
  })
  afterAll(() => admin.disconnect())

  /** Ends with the store answering again: whoever gave it up tries it now and then. */
  const back = (store: LimitStore) => until(() => remaining(store, 'anybody'))

  test('a script that the server has forgotten is sent again', async () => {
    const store = redisLimits(under.client, { prefix: 'flush:', timeoutMs })
    await store.take([charge('a')])
    await admin.script('FLUSH')
    expect(await remaining(store, 'a')).toBe(9)
  })

  test('a request is one command, however many limits it has', async () => {
    const store = redisLimits(under.client, { prefix: 'trips:', timeoutMs })
    const calls = async () => Number(/cmdstat_evalsha:calls=(\d+)/.exec(await admin.info('commandstats'))?.[1])
    await remaining(store, 'a')
    const before = await calls()
    await store.take([charge('a'), { ...charge('a'), key: 'reads:a' }, { ...charge('a'), key: 'all:a' }])
    expect((await calls()) - before).toBe(1)
  })

  test('no key of a limit, of a cached key or of a finished request lives for ever', async () => {
    const behind = memoryKeys()
    behind.save(key)
    const keys = redisKeys(under.client, behind, { prefix: 'ttl:', recentMs: 0, timeoutMs })
    await redisLimits(under.client, { prefix: 'ttl:', timeoutMs }).take([charge('a'), { ...charge('b'), cost: 0 }])
    await keys.find('k')
    await keys.find('absent')
    const claims = redisIdempotency(under.client, { prefix: 'ttl:', timeoutMs })
    const { attempt } = await claims.claim('s', 'f', 1000)
    await claims.finish('s', attempt, { status: 200, headers: [], body: Uint8Array.of(1) })
    const names = await admin.keys('ttl:*')
    expect(names.map((name) => name.replace(/\{.*\}/, '')).sort()).toEqual([
      'ttl:idempotency:',
      'ttl:key:',
      'ttl:key:',
      'ttl:limit::writes',
      'ttl:reply:',
    ])
    for (const name of names) expect(await admin.pttl(name)).toBeGreaterThan(0)
  })

  test('silent: told so within the time, then given up at once; what arrives late charges and claims nothing', async () => {
    const store = redisLimits(under.client, { prefix: 'silent:', timeoutMs })
    const claims = redisIdempotency(under.client, { prefix: 'silent:', timeoutMs })
    await store.take([charge('a')])
    process.kill(redis.pid, 'SIGSTOP')
    try {
      await expect(redisLimits(under.client).take([charge('b')])).rejects.toThrow('no answer within 25 ms')
      await expect(claims.claim('s', 'f', 1000)).rejects.toThrow('no answer within 200 ms')
      for (let tries = 0; tries < 3; tries += 1) {
        await expect(store.take([charge('a')])).rejects.toThrow('no answer within 200 ms')
      }
      await expect(store.take([charge('a')])).rejects.toThrow('given up')
    } finally {
      process.kill(redis.pid, 'SIGCONT')
    }
    await back(store)
    expect(await remaining(store, 'a')).toBe(9)
    expect(await claims.find('s')).toBeUndefined()
  })

  test('given up: what a handler has done is recorded all the same, once Redis answers', async () => {
    const options = { prefix: 'given-up:', timeoutMs }
    const limits = redisLimits(under.client, options)
    const claims = redisIdempotency(under.client, { ...options, recordTimeoutMs: 10_000 })
    const { attempt } = await claims.claim('s', 'f', 60_000)
    process.kill(redis.pid, 'SIGSTOP')
    let recorded: Promise<boolean> | boolean
    try {
      await Promise.allSettled(Array.from({ length: 5 }, () => limits.take([charge('a')])))
      await expect(limits.take([charge('a')])).rejects.toThrow('given up')
      recorded = claims.finish('s', attempt, { status: 200, headers: [], body: Uint8Array.of(1) })
    } finally {
      process.kill(redis.pid, 'SIGCONT')
    }
    expect(await recorded).toBe(true)
    await back(limits)
    expect(await claims.find('s')).toMatchObject({ state: 'finished' })
  })

  test('gone: refused at once, nothing waits in a queue, and back by itself', async () => {
    const store = redisLimits(under.client, { prefix: 'gone:', timeoutMs })
    await store.take([charge('a')])
    await redis.kill()
    await until(async () => {
      const failure = await store.take([charge('a', 3)]).then(String, String)
      return failure.includes('not connected') ? failure : undefined
    })
    for (let tries = 0; tries < 3; tries += 1) await expect(store.take([charge('a')])).rejects.toThrow('not connected')
    await redis.restart()
    await back(store)
    expect(await remaining(store, 'a')).toBe(10)
  })

  test('a cached key is found without Redis, and a change says that Redis could not be told', async () => {
    const behind = memoryKeys()
    const keys = redisKeys(under.client, behind, { prefix: 'keys:' })
    await keys.save(key)
    process.kill(redis.pid, 'SIGSTOP')
    try {
      expect(await keys.find('k')).toMatchObject({ tenant: 'org_1' })
      await expect(keys.save({ ...key, revokedAt: 1 })).rejects.toThrow(/saved, but Redis could not be told/)
      expect(await keys.find('k')).toMatchObject({ revokedAt: 1 })
    } finally {
      process.kill(redis.pid, 'SIGCONT')
    }
    await back(redisLimits(under.client, { timeoutMs }))
  })
})

test('Redis that is down when the process starts: each request is refused, nothing ends the process', async () => {
  const port = await freePort()
  const ioredis = new Redis({ host: '127.0.0.1', port })
  const nodeRedis = createClient({ socket: { host: '127.0.0.1', port } })
  const stores = [redisLimits(ioredis), redisLimits(nodeRedis)]
  nodeRedis.connect().catch(() => undefined)
  for (const store of stores) await expect(store.take([charge('a')])).rejects.toThrow('not connected')
  // Both libraries tell of a failed connection by an event that would end the process, were nobody listening.
  await Promise.all([ioredis, nodeRedis].map((client) => new Promise((resolve) => client.on('error', resolve))))
  for (const store of stores) await expect(store.take([charge('a')])).rejects.toThrow('not connected')
  ioredis.disconnect()
  nodeRedis.destroy()
})
