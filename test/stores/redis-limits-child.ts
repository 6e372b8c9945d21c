import { Redis } from 'ioredis'
import { redisLimits } from '../../packages/culpa/src/stores/redis.ts'

/** A process that takes from one limit as often as told, as fast as it can, and tells how often it was let through. */
const [, , port, key = '', times] = process.argv
const client = new Redis({ host: '127.0.0.1', port: Number(port) })
await client.ping()
const store = redisLimits(client, { timeoutMs: 10_000 })
const charge = { key, intervalMs: 3_600_000, burst: 1000, cost: 1 }
let allowed = 0
let left = Number(times)

async function takeSome(): Promise<void> {
  while (left-- > 0) if ((await store.take([charge]))[0]?.allowed) allowed += 1
}

process.once('message', async () => {
  await Promise.all(Array.from({ length: 16 }, takeSome))
  process.send?.(allowed, () => process.exit(0))
})
process.send?.('ready')
