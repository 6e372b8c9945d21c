import { redisLimits } from '../../packages/culpa/src/stores/redis.ts'
import { describeRedisClients } from '../support/redis.ts'
import { limitStoreSuite } from './limit-store.suite.ts'

let run = 0

describeRedisClients('limits on Redis', (redis) => {
  limitStoreSuite(redis.library, () => {
    let us = 1_800_000_000_000_000
    return {
      store: redisLimits(redis.client, { prefix: `${run++}:`, timeoutMs: 10_000, now: () => us / 1000 }),
      advance(ms: number) {
        us += Math.floor(ms * 1000)
      },
    }
  })
})
