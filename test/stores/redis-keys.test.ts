import { memoryKeys } from '../../packages/culpa/src/stores/memory.ts'
import { redisKeys } from '../../packages/culpa/src/stores/redis.ts'
import { describeRedisClients } from '../support/redis.ts'
import { keyStoreSuite } from './key-store.suite.ts'

let run = 0

describeRedisClients('keys behind Redis', (redis) => {
  keyStoreSuite(redis.library, () => {
    const behind = memoryKeys()
    const options = { prefix: `${run++}:`, timeoutMs: 10_000, recentMs: 0 }
    return { store: redisKeys(redis.client, behind, options), second: redisKeys(redis.client, behind, options) }
  })
})
