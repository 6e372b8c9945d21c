// Asks limits in Redis, one request's after the other: what they add to a request.
import { redisLimits } from 'culpa/redis'
import { Redis } from 'ioredis'
import { answer } from './answer.ts'
import { startOptions } from './serve.ts'

export interface TripOptions {
  readonly url: string
}

const client = new Redis(startOptions<TripOptions>().url)
await client.ping()
const store = redisLimits(client, { timeoutMs: 1000 })
const charges = ['all', 'writes'].map((name) => ({ key: `${name}:org_1`, intervalMs: 1, burst: 1e6, cost: 1 }))

/** Microseconds of each, for so many seconds. */
answer<number>('ready', async (seconds): Promise<number[]> => {
  const times: number[] = []
  const end = performance.now() + seconds * 1000
  for (let from = performance.now(); from < end; from = performance.now()) {
    await store.take(charges)
    times.push((performance.now() - from) * 1000)
  }
  return times
})
