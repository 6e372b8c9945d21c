import { redisIdempotency } from '../../packages/culpa/src/stores/redis.ts'
import { describeRedisClients } from '../support/redis.ts'
import { idempotencyStoreSuite, times } from './idempotency-store.suite.ts'
import { inspectionSuite } from './inspection.suite.ts'

let run = 0

describeRedisClients('idempotency on Redis', (redis) => {
  const open = () => {
    let time = 1_800_000_000_000
    const store = redisIdempotency(redis.client, { ...times, prefix: `${run++}:`, timeoutMs: 10_000, now: () => time })
    return {
      store,
      second: store,
      advance(ms: number) {
        time += ms
      },
    }
  }
  idempotencyStoreSuite(redis.library, open)
  inspectionSuite(redis.library, open)
})
