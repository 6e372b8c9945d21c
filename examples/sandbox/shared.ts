import type { KeyStore, LimitStore } from 'culpa'
import { memoryLimits } from 'culpa/memory'
import { redisKeys, redisLimits } from 'culpa/redis'

/** What processes share besides the database: kept in this process, or in Redis. */
export interface Shared {
  /** Limits of one system. */
  limits(system: string): LimitStore
  /** The store of keys, with what is known already before it. */
  keys(store: KeyStore): KeyStore
  close(): void
}

/** A sandbox of one process has nobody to share with. */
export function sharedWithNobody(): Shared {
  return { limits: () => memoryLimits(), keys: (store) => store, close: () => undefined }
}

/** Longer than an API would wait: here nobody's latency is at stake, and a busy laptop is not a lost Redis. */
const timeoutMs = 1_000

/**
 * Limits in Redis, and a cache of keys. While Redis is not there, reads have a limit of each process and writes are refused
 * with 503; it is connected to in the background, for as long as that takes.
 * @throws {Error} one line, for a URL that is none of Redis
 */
export async function sharedInRedis(url: string): Promise<Shared> {
  const { createClient } = await import('redis')
  const client = createClient({ url })
  client.on('error', () => undefined)
  client.connect().catch(() => undefined)
  return {
    limits: (system) => redisLimits(client, { prefix: `culpa-sandbox:${system}:`, timeoutMs }),
    keys: (store) => redisKeys(client, store, { prefix: 'culpa-sandbox:', timeoutMs }),
    close: () => client.destroy(),
  }
}
