import { expect, test } from 'vitest'
import { redisLimits } from '../../packages/culpa/src/stores/redis.ts'
import { describeRedisClients } from '../support/redis.ts'

const hourMs = 3_600_000
const steps = [hourMs, -hourMs, 24 * hourMs, -24 * hourMs]

describeRedisClients('limits on a Redis whose clock is set', (under) => {
  test.each(steps)(
    'by %d ms: nobody waits longer than for the whole burst, and waiting as told is enough',
    async (step) => {
      let time = 1_800_000_000_000
      const prefix = `${under.library}${step}:`
      const store = redisLimits(under.client, { prefix, timeoutMs: 10_000, now: () => time })
      const charge = { key: 'writes:a', intervalMs: 1000, burst: 5, cost: 1 }
      const take = async () => (await store.take([charge]))[0]!
      for (let count = 0; count < 5; count += 1) expect((await take()).allowed).toBe(true)
      expect((await take()).allowed).toBe(false)
      time += step
      let admitted = 0
      for (let count = 0; count < 20; count += 1) {
        const { allowed, retryAfterMs, resetMs } = await take()
        if (allowed) admitted += 1
        expect(retryAfterMs).toBeGreaterThanOrEqual(0)
        expect(retryAfterMs).toBeLessThanOrEqual(charge.intervalMs)
        expect(resetMs).toBeLessThanOrEqual(5 * charge.intervalMs)
      }
      // A clock set forward is time that has passed; one set back gives nothing.
      expect(admitted).toBe(step > 0 ? 5 : 0)
      time += (await take()).retryAfterMs
      expect((await take()).allowed).toBe(true)
    },
  )
})
