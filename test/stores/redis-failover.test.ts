import { Redis } from 'ioredis'
import { expect, test } from 'vitest'
import { redisIdempotency, redisLimits } from '../../packages/culpa/src/stores/redis.ts'
import { describeRedis, type RedisUnderTest } from '../support/redis.ts'
import { until } from '../support/until.ts'
import { binary } from './binary-reply.ts'

const patient = { timeoutMs: 10_000, recordTimeoutMs: 10_000 }
const charge = { key: 'writes:org_1', intervalMs: 3_600_000, burst: 10, cost: 1 }

/** Stores on one server, and its commands. */
async function open({ port }: RedisUnderTest) {
  const client = new Redis({ host: '127.0.0.1', port })
  await client.ping()
  const limits = redisLimits(client, patient)
  return {
    client,
    claims: redisIdempotency(client, patient),
    async take(times: number) {
      let allowed = 0
      for (let count = 0; count < times; count += 1) if ((await limits.take([charge]))[0]?.allowed) allowed += 1
      return allowed
    },
  }
}

describeRedis(
  'a replica that is promoted without the last writes',
  (first) => {
    describeRedis('of two', (second) => {
      test('limits count from what it knows; a claim it lost is free again, and its first owner can record nothing', async () => {
        const [master, replica] = await Promise.all([open(first), open(second)])
        await replica.client.replicaof('127.0.0.1', first.port)
        expect(await master.take(4)).toBe(4)
        await master.claims.claim('kept', 'f', 60_000)
        // Until the replica has acknowledged all of that.
        await until(async () => ((await master.client.wait(1, 1000)) === 1 ? true : undefined))
        await replica.client.replicaof('NO', 'ONE')
        expect(await master.take(3)).toBe(3)
        const lost = await master.claims.claim('lost', 'f', 60_000)
        await first.kill()

        expect(await replica.take(20)).toBe(6)
        expect(await replica.claims.claim('kept', 'f', 60_000)).toMatchObject({ state: 'running' })
        const again = await replica.claims.claim('lost', 'f', 60_000)
        expect(again.state).toBe('claimed')
        expect(await replica.claims.finish('lost', lost.attempt, binary)).toBe(false)
        expect(await replica.claims.release('lost', lost.attempt)).toBe(false)
        expect(await replica.claims.finish('lost', again.attempt, binary)).toBe(true)
        master.client.disconnect()
        replica.client.disconnect()
      })
    })
    // Else it waits five seconds for more replicas.
  },
  ['--repl-diskless-sync-delay', '0'],
)
