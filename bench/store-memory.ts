import { redisIdempotency, redisLimits } from 'culpa/redis'
import { Redis } from 'ioredis'
import { processBytes } from './process-memory.ts'

/** Bytes of Redis for one key, of so many. */
async function inRedis(client: Redis, keys: number, remember: (key: number) => Promise<unknown>): Promise<number> {
  const used = async () => Number(/used_memory:(\d+)/.exec(await client.info('memory'))?.[1])
  await client.flushall()
  await remember(0)
  const before = await used()
  for (let key = 1; key <= keys; key += 100) {
    await Promise.all(Array.from({ length: 100 }, (_, index) => remember(key + index)))
  }
  return ((await used()) - before) / keys
}

/** Lines of a table: what one key takes in each store. */
export async function memoryTable(redisPort: number): Promise<readonly string[]> {
  const client = new Redis({ host: '127.0.0.1', port: redisPort })
  await client.ping()
  const limits = redisLimits(client, { timeoutMs: 10_000 })
  const claims = redisIdempotency(client, { timeoutMs: 10_000, recordTimeoutMs: 10_000 })
  const caller = (key: number) =>
    limits.take([{ key: `writes:org_${key}:live`, intervalMs: 3_600_000, burst: 20, cost: 1 }])
  const request = async (key: number) => {
    const scope = JSON.stringify(['org_1', 'live', 'POST /v1/charges', `key ${key}`])
    const { attempt } = await claims.claim(scope, 'n4bQgYhMfWWaL-qgxVrQFaO_TxsrC4Is0V1sFbDwCgg', 60_000)
    await claims.finish(scope, attempt, { status: 200, headers: [], body: new Uint8Array(200) })
  }
  const rows: readonly (readonly [string, number, number, string])[] = [
    ['a caller, limits in memory', 1_000_000, await processBytes('limits', 1_000_000), '32 (150)'],
    ['a caller, limits in Redis', 100_000, await inRedis(client, 100_000, caller), ''],
    [
      'a keyed request, SQLite: its reply is on disk',
      200_000,
      await processBytes('idempotency-sqlite', 200_000),
      '64 (300)',
    ],
    [
      'a keyed request in memory, its reply of 200 bytes too',
      200_000,
      await processBytes('idempotency-memory', 200_000),
      '',
    ],
    ['a keyed request in Redis, its reply of 200 bytes too', 50_000, await inRedis(client, 50_000, request), ''],
  ]
  client.disconnect()
  return [
    '| what | of so many | bytes | goal (floor) |',
    '|---|---|---|---|',
    ...rows.map(([what, count, bytes, goal]) => `| ${what} | ${count} | ${bytes.toFixed(0)} | ${goal} |`),
  ]
}
