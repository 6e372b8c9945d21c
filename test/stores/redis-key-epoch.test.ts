import { expect, test } from 'vitest'
import type { KeyStore, StoredKey } from '../../packages/culpa/src/server/stores.ts'
import { memoryKeys } from '../../packages/culpa/src/stores/memory.ts'
import { redisKeys } from '../../packages/culpa/src/stores/redis.ts'
import { describeRedisClients } from '../support/redis.ts'
import { until } from '../support/until.ts'

const key: StoredKey = { keyId: 'k', tenant: 'org_1', environment: 'test', scopes: [], secrets: [] }
const revoked = { ...key, revokedAt: 1 }

let run = 0

describeRedisClients('keys cached in Redis', (under) => {
  /** Nodes on one store; each counts what it asks there, and its next look-up can be made to wait with its answer. */
  function cluster() {
    const behind = memoryKeys()
    const prefix = `${run++}:`
    return (recentMs: number) => {
      const node = { asked: 0, gate: undefined as Promise<void> | undefined }
      const watched: KeyStore = {
        ...behind,
        async find(keyId) {
          node.asked += 1
          const found = behind.find(keyId)
          await node.gate
          return found
        },
      }
      return Object.assign(node, redisKeys(under.client, watched, { prefix, recentMs, timeoutMs: 10_000 }))
    }
  }

  test('one node asks the store, all others Redis, and each its own memory for a while', async () => {
    const node = cluster()
    const [first, second, probe] = [node(60_000), node(60_000), node(0)]
    await first.save(key)
    expect(await first.find('k')).toEqual(key)
    // Nobody waits for the fill.
    await until(async () => {
      const before = probe.asked
      await probe.find('k')
      return probe.asked === before || undefined
    })
    for (const one of [first, second, first, second]) expect(await one.find('k')).toEqual(key)
    expect(first.asked).toBe(1)
    expect(second.asked).toBe(0)
  })

  test('a revocation is known at once on its own node, and on others within the time', async () => {
    const node = cluster()
    const [first, second] = [node(60_000), node(100)]
    await first.save(key)
    expect(await first.find('k')).toEqual(key)
    expect(await second.find('k')).toEqual(key)
    await first.save(revoked)
    expect(await first.find('k')).toEqual(revoked)
    await new Promise((resolve) => setTimeout(resolve, 100))
    expect(await second.find('k')).toEqual(revoked)
  })

  test('a look-up that began before a revocation never puts the key back, here or in Redis', async () => {
    const node = cluster()
    const [slow, revoker, fresh] = [node(60_000), node(0), node(0)]
    await revoker.save(key)
    const { promise, resolve } = Promise.withResolvers<void>()
    slow.gate = promise
    const late = slow.find('k')
    await until(async () => slow.asked || undefined)
    await revoker.save(revoked)
    resolve()
    expect(await late).toEqual(key)
    expect(await fresh.find('k')).toEqual(revoked)
    await new Promise((resolve) => setTimeout(resolve, 50))
    expect(await fresh.find('k')).toEqual(revoked)
  })

  test('the node that revokes forgets what it was just looking up', async () => {
    const own = cluster()(60_000)
    await own.save(key)
    const { promise, resolve } = Promise.withResolvers<void>()
    own.gate = promise
    const late = own.find('k')
    await until(async () => own.asked || undefined)
    await own.save(revoked)
    resolve()
    await late
    expect(await own.find('k')).toEqual(revoked)
  })
})
