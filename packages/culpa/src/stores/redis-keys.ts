import { randomUUID } from 'node:crypto'
import type { KeyStore, StoredKey } from '../server/stores.ts'
import type { RedisClient } from './redis-client.ts'
import { recentKeys } from './redis-recent-keys.ts'
import { redisScript } from './redis-script.ts'
import { redisServer } from './redis-server.ts'

export interface RedisKeyOptions {
  /** Starts the name of every key. Default `culpa:`. */
  readonly prefix?: string
  /** How long Redis may take to answer before the store behind it is asked, in milliseconds. Default 25. */
  readonly timeoutMs?: number
  /** How long this process uses what it was told without asking again, in milliseconds. Default 1000. */
  readonly recentMs?: number
  /** How long Redis keeps a key, in milliseconds. Default 60 000. */
  readonly cacheMs?: number
}

/**
 * `KEYS[1]` holds an epoch and, filled under it, the key. Whoever finds no key is given the epoch to fill it under; none
 * while the key is being changed.
 */
const lookScript = redisScript(`
local r = redis.call('HMGET', KEYS[1], 'epoch', 'key')
if r[2] then return { clock, r[2] } end
if not r[1] then
  redis.call('HSET', KEYS[1], 'epoch', ARGV[4])
  redis.call('PEXPIRE', KEYS[1], ARGV[3])
end
return { clock, false, r[1] or ARGV[4] }
`)

/** A fill that began before a change has an epoch that is over. */
const fillScript = redisScript(`
if redis.call('HGET', KEYS[1], 'epoch') ~= ARGV[4] then return { clock, 0 } end
redis.call('HSET', KEYS[1], 'key', ARGV[5])
redis.call('PEXPIRE', KEYS[1], ARGV[3])
return { clock, 1 }
`)

const changeScript = redisScript(`
redis.call('DEL', KEYS[1])
redis.call('HSET', KEYS[1], 'epoch', ARGV[4])
redis.call('PEXPIRE', KEYS[1], ARGV[3])
return { clock }
`)

/** Stands where an epoch would while a key is being changed. Should the process die in between, it goes by itself. */
const changing = 'changing'
const changingMs = 10_000
const changeTimeoutMs = 250

/**
 * Puts Redis, and what this process was just told, before a store of keys: a change made through it is known to every
 * process within `recentMs`, and what was read before a change is never kept after it. Without Redis the store itself is
 * asked. A change that Redis could not be told is made, and reported.
 * @throws {TypeError} for what is no client; from `save` Error when the key is saved and Redis does not know
 * @example
 * apiKeys(redisKeys(client, postgresKeys(pool)), { peppers })
 */
export function redisKeys(client: RedisClient, store: KeyStore, options: RedisKeyOptions = {}): KeyStore {
  const { prefix = 'culpa:', timeoutMs = 25, recentMs = 1000, cacheMs = 60_000 } = options
  const server = redisServer(client)
  const recent = recentKeys(recentMs)
  const nameOf = (keyId: string) => [`${prefix}key:{${keyId.replace(/[%}]/g, encodeURIComponent)}}`]

  /** The key as Redis has it, or the epoch to fill it under. */
  async function look(keyId: string): Promise<{ readonly key?: StoredKey; readonly epoch?: string }> {
    try {
      const [text, epoch] = await server.run(lookScript, nameOf(keyId), [cacheMs, randomUUID()], { timeoutMs })
      if (text !== null) return { key: JSON.parse(String(text)) as StoredKey }
      return String(epoch) === changing ? {} : { epoch: String(epoch) }
    } catch {
      return {}
    }
  }

  async function load(keyId: string): Promise<StoredKey | undefined> {
    const { key, epoch } = await look(keyId)
    if (key !== undefined) return key
    const found = await store.find(keyId)
    if (found !== undefined && epoch !== undefined) {
      const values = [cacheMs, epoch, JSON.stringify(found)]
      server.run(fillScript, nameOf(keyId), values, { timeoutMs }).catch(() => undefined)
    }
    return found
  }

  async function change(keyId: string, epoch: string, lastsMs: number): Promise<void> {
    recent.forget(keyId)
    await server.run(changeScript, nameOf(keyId), [lastsMs, epoch], { timeoutMs: changeTimeoutMs })
  }

  return {
    find: (keyId) => recent.get(keyId, load),
    async save(key) {
      const { keyId } = key
      await change(keyId, changing, changingMs).catch(() => undefined)
      await store.save(key)
      try {
        await change(keyId, randomUUID(), cacheMs)
      } catch (cause) {
        throw new Error(
          `the key ${keyId} is saved, but Redis could not be told: other processes may use it as it was for ${cacheMs} ms more. Remedy: save it again.`,
          { cause },
        )
      }
    },
    list: (tenant) => store.list(tenant),
    touch: (keyId, at) => store.touch(keyId, at),
    ...(store.notePepper !== undefined && {
      notePepper: (version: number, check: string) =>
        (store.notePepper as NonNullable<KeyStore['notePepper']>)(version, check),
    }),
  }
}
