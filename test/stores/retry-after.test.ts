import { expect, test } from 'vitest'
import { seededRandom } from '../../packages/culpa/src/client/seeded-random.ts'
import { manualClock, send } from '../../packages/culpa/src/guards/testing.suite.ts'
import { createApi, defineContract, operationsFor, rateLimits } from '../../packages/culpa/src/index.ts'
import type { LimitStore } from '../../packages/culpa/src/server/stores.ts'
import { memoryLimits } from '../../packages/culpa/src/stores/memory.ts'
import { redisLimits } from '../../packages/culpa/src/stores/redis.ts'
import { describeRedisClients } from '../support/redis.ts'

const rates = ['100/min burst 20', '3/s', '7/h burst 1', '999/day burst 3', '11/s burst 2', '1/day'] as const
const waits = 1000

/** Through the whole API: what a caller reads is seconds in a header. The clock is the test's, so nobody sleeps. */
function retryAfterSuite(name: string, open: (now: () => number) => LimitStore): void {
  test(`${name}: whoever waits exactly Retry-After is let through, ${waits} times out of ${waits}`, async () => {
    const random = seededRandom(1)
    const clock = manualClock(1_800_000_000_000)
    const store = open(clock.now)
    const contract = defineContract({ docs: '/errors' })
    const operation = operationsFor(contract)
    const api = createApi({
      contract,
      operations: rates.map((_, index) => operation(`GET /r${index}`, { limit: `r${index}`, handler: () => 'ok' })),
      guards: { limits: rateLimits(store, Object.fromEntries(rates.map((rate, index) => [`r${index}`, rate]))) },
      log: () => undefined,
    })
    for (let waited = 0; waited < waits; ) {
      const line = `GET /r${Math.floor(random() * rates.length)}` as const
      clock.advance(random() * 50)
      const answer = await send(api, line)
      if (answer.status === 200) continue
      waited += 1
      expect(answer.status).toBe(429)
      const seconds = answer.header('retry-after')
      expect(seconds).toMatch(/^[1-9]\d*$/)
      clock.advance(Number(seconds) * 1000)
      expect([line, (await send(api, line)).status]).toEqual([line, 200])
    }
  })
}

retryAfterSuite('memory', (now) => memoryLimits({ now }))

describeRedisClients('Retry-After of limits on Redis', (under) => {
  retryAfterSuite(under.library, (now) =>
    redisLimits(under.client, { prefix: `${under.library}:`, timeoutMs: 10_000, now }),
  )
})
