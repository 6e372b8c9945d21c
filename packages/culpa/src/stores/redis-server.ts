import { type Breaker, createBreaker } from './breaker.ts'
import { type RedisCalls, type RedisClient, redisCalls } from './redis-client.ts'
import type { RedisScript } from './redis-script.ts'

/** What the stores of one client have in common. */
export interface RedisServer {
  /**
   * Runs a script and returns what it answered after the clock. One round trip; another where the server has
   * forgotten the script.
   * @throws {Error} when Redis is not connected, silent for `timeoutMs`, or refuses
   */
  run(
    script: RedisScript,
    keys: string[],
    values: readonly (string | number)[],
    call: RedisCall,
  ): Promise<readonly unknown[]>
}

export interface RedisCall {
  readonly timeoutMs: number
  /** Milliseconds since the epoch; for tests. Default: the server's clock. */
  readonly now?: (() => number) | undefined
  /** True for what ends something begun: asked even while Redis is given up. */
  readonly isEnd?: boolean
  /** Gets the answer that comes after it was given up. */
  readonly whenLate?: (answer: readonly unknown[]) => void
}

const servers = new WeakMap<RedisClient, RedisServer>()

/** The server behind a client: the same for all stores on it, so that they give it up together. */
export function redisServer(client: RedisClient): RedisServer {
  const known = servers.get(client)
  if (known !== undefined) return known
  const server = connect(redisCalls(client))
  // Without a listener an error of the connection would end the process; each call tells its own.
  client.on('error', () => undefined)
  servers.set(client, server)
  return server
}

function connect(calls: RedisCalls): RedisServer {
  const breaker = createBreaker('Redis')
  const clock = calls.hasOneClock ? serverClock() : undefined

  async function run(
    script: RedisScript,
    keys: string[],
    values: readonly (string | number)[],
    call: RedisCall,
  ): Promise<readonly unknown[]> {
    const ask = () => askOnce(calls, breaker, script, keys, values, call, clock?.deadline(call.timeoutMs) ?? '')
    const [at, ...answer] = await ask()
    clock?.note(Number(at), answer[0] === 'late')
    if (answer[0] !== 'late') return answer
    // What arrives late by a clock that was set is not late.
    const [, ...again] = await ask()
    if (again[0] === 'late') throw new Error('Redis got the request too late')
    return again
  }

  return { run }
}

async function askOnce(
  calls: RedisCalls,
  breaker: Breaker,
  { text, sha1 }: RedisScript,
  keys: string[],
  values: readonly (string | number)[],
  { timeoutMs, now, isEnd = false, whenLate }: RedisCall,
  deadline: string,
): Promise<readonly unknown[]> {
  // A client that is not connected keeps commands and sends them when it is: long after they were given up.
  if (!calls.isReady()) throw new Error('Redis is not connected')
  const testClock = now === undefined ? '' : String(Math.round(now() * 1000))
  const all = [deadline, testClock, ...values.map(String)]
  const ask = async () => {
    try {
      return await calls.evalSha(sha1, keys, all)
    } catch (cause) {
      if (!(cause instanceof Error && cause.message.startsWith('NOSCRIPT'))) throw cause
      return await calls.eval(text, keys, all)
    }
  }
  const late = whenLate && ((answer: unknown) => whenLate((answer as unknown[]).slice(1)))
  return (await breaker[isEnd ? 'finish' : 'run'](ask, timeoutMs, late)) as readonly unknown[]
}

/** How fast two clocks may drift apart: microseconds a millisecond. */
const drift = 0.5

/** Knows what the server's clock shows, at least: what it showed in an answer, when that answer had come. */
function serverClock() {
  let ahead: number | undefined
  let notedMs = 0
  return {
    /** The moment at which a command sent now is given up, by the server's clock in microseconds. Unknown at first. */
    deadline(timeoutMs: number): string {
      if (ahead === undefined) return ''
      return String(Math.floor(ahead + (performance.now() + timeoutMs) * 1000))
    },
    note(serverUs: number, wasLate: boolean): void {
      const ms = performance.now()
      const seen = serverUs - ms * 1000
      const before = ahead === undefined || wasLate ? -Infinity : ahead - (ms - notedMs) * drift
      ahead = Math.max(seen, before)
      notedMs = ms
    },
  }
}
