/** The part of a client of `redis` (node-redis 5 and later) that the stores use: one server, a pool of none, or a cluster. */
export interface NodeRedisClient {
  readonly isReady: boolean
  evalSha(sha1: string, options: ScriptOptions): Promise<unknown>
  eval(script: string, options: ScriptOptions): Promise<unknown>
  on(event: 'error', listener: (error: Error) => void): unknown
}

interface ScriptOptions {
  keys: string[]
  arguments: string[]
}

/** The part of a client of `ioredis` that the stores use: `Redis` or `Cluster`. */
export interface IoRedisClient {
  readonly status: string
  evalsha(sha1: string, numberOfKeys: number, ...keysAndArguments: string[]): Promise<unknown>
  eval(script: string, numberOfKeys: number, ...keysAndArguments: string[]): Promise<unknown>
  on(event: 'error', listener: (error: Error) => void): unknown
}

/** A client of yours. The stores neither connect nor close it. */
export type RedisClient = NodeRedisClient | IoRedisClient

/** One way to run a script, whichever the client. */
export interface RedisCalls {
  /** False while a command would wait in a queue of the client for a connection. */
  isReady(): boolean
  /** False where several servers answer, each by a clock of its own. */
  readonly hasOneClock: boolean
  evalSha(sha1: string, keys: string[], values: string[]): Promise<unknown>
  eval(script: string, keys: string[], values: string[]): Promise<unknown>
}

/** @throws {TypeError} for what is no client of either library */
export function redisCalls(client: RedisClient): RedisCalls {
  if (typeof (client as NodeRedisClient | undefined)?.evalSha === 'function')
    return ofNodeRedis(client as NodeRedisClient)
  if (typeof (client as IoRedisClient | undefined)?.evalsha === 'function') return ofIoRedis(client as IoRedisClient)
  throw new TypeError(
    'culpa/redis: this is no client of Redis. Remedy: pass what `createClient()` of redis or `new Redis()` of ioredis gives.',
  )
}

function ofNodeRedis(client: NodeRedisClient): RedisCalls {
  return {
    isReady: () => client.isReady,
    hasOneClock: !('slots' in client),
    evalSha: (sha1, keys, values) => client.evalSha(sha1, { keys, arguments: values }),
    eval: (script, keys, values) => client.eval(script, { keys, arguments: values }),
  }
}

function ofIoRedis(client: IoRedisClient): RedisCalls {
  return {
    isReady: () => client.status === 'ready',
    hasOneClock: !('isCluster' in client && client.isCluster),
    evalSha: (sha1, keys, values) => client.evalsha(sha1, keys.length, ...keys, ...values),
    eval: (script, keys, values) => client.eval(script, keys.length, ...keys, ...values),
  }
}
