import type { LimitCharge, LimitStore, LimitVerdict } from '../server/stores.ts'
import type { RedisClient } from './redis-client.ts'
import { redisScript } from './redis-script.ts'
import { redisServer } from './redis-server.ts'

export interface RedisLimitOptions {
  /** Starts the name of every key. Default `culpa:`. */
  readonly prefix?: string
  /** How long Redis may take to answer before it counts as lost, in milliseconds. Default 25. */
  readonly timeoutMs?: number
  /** Milliseconds since the epoch; for tests. Default: the clock of Redis. */
  readonly now?: () => number
}

export interface RedisLimits extends LimitStore {
  take(charges: readonly LimitCharge[]): Promise<readonly LimitVerdict[]>
}

/**
 * Times are whole ticks since 2025, eight a microsecond: their sums are exact until 2060, and an interval is cut by less
 * than a thousandth at 8,000 units a second.
 */
const ticksPerMs = 8000
const since2025Us = 1_735_689_600_000_000

/** A key outlives its information by so many milliseconds: a clock set back by less forgets nobody. */
const graceMs = 10_000

/** One theoretical arrival time a key. No caller waits longer for having been charged under a clock that was ahead. */
const script = redisScript(`
now = (now - ${since2025Us}) * 8
local function wait(tick) return math.max(0, math.ceil((tick - now) / ${ticksPerMs})) end
local function save(key, tick)
  redis.call('SET', key, string.format('%.0f', tick), 'PX', wait(tick) + ${graceMs})
end
local stored, after, passes, verdicts = {}, {}, true, { clock }
for i, key in ipairs(KEYS) do
  local interval, burst, cost = tonumber(ARGV[3 * i]), tonumber(ARGV[3 * i + 1]), tonumber(ARGV[3 * i + 2])
  local room = burst * interval
  if not stored[key] then
    local known = tonumber(redis.call('GET', key) or now)
    stored[key] = math.max(now, math.min(known, now + room))
    if known > stored[key] then save(key, stored[key]) end
  end
  local before = after[key] or stored[key]
  after[key] = before + math.ceil(cost * interval)
  local wanted = cost == 0 and before + interval or after[key]
  local allowed = cost == 0 or after[key] - room <= now
  if not allowed then passes = false end
  verdicts[i + 1] = { allowed and 1 or 0, room, wanted - stored[key] <= room and wait(wanted - room) or -1, 0 }
end
if passes then
  for key, tick in pairs(after) do
    if tick > stored[key] then
      save(key, tick)
      stored[key] = tick
    end
  end
end
for i, key in ipairs(KEYS) do
  local verdict = verdicts[i + 1]
  verdict[2] = math.max(0, math.floor((now + verdict[2] - stored[key]) / tonumber(ARGV[3 * i])))
  verdict[4] = wait(stored[key])
end
return verdicts
`)

/**
 * Limits by GCRA that all nodes share, on Redis 6.2, Valkey 7.2 or later; also a cluster. All charges of a request are
 * one script, so one round trip; the clock of Redis decides, and a key goes when its time has passed. The keys of one
 * caller lie in one slot: charges of two callers cannot be taken at once on a cluster. Redis lost, or silent for
 * `timeoutMs`, is an error at once, and what it gets to see too late charges nobody.
 * @throws {TypeError} for what is no client; from `take` RangeError for a charge that is no number, or negative
 * @example
 * rateLimits(redisLimits(client), { writes: '100/min burst 20' }, { whenLost: 'open', fallback: memoryLimits(), nodes: 4 })
 */
export function redisLimits(client: RedisClient, options: RedisLimitOptions = {}): RedisLimits {
  const { prefix = 'culpa:', timeoutMs = 25, now } = options
  const server = redisServer(client)
  return {
    async take(charges) {
      for (const charge of charges) requireNumbers(charge)
      const keys = charges.map(({ key }) => `${prefix}limit:${slotted(key)}`)
      const values = charges.flatMap(({ intervalMs, burst, cost }) => [toTicks(intervalMs), burst, cost])
      const verdicts = await server.run(script, keys, values, { timeoutMs, now })
      return (verdicts as unknown[][]).map(toVerdict)
    },
  }
}

function toTicks(ms: number): number {
  return Math.max(1, Math.floor(ms * ticksPerMs))
}

/** Of `writes:org_1:test` the caller is what counts for the slot: \`{org_1:test}:writes\`. */
function slotted(key: string): string {
  const mark = key.indexOf(':')
  if (mark === -1) return key
  const owner = key.slice(mark + 1).replace(/[%}]/g, encodeURIComponent)
  return `{${owner}}:${key.slice(0, mark)}`
}

function toVerdict(numbers: unknown[]): LimitVerdict {
  const [allowed, remaining, retryAfterMs, resetMs] = numbers.map(Number) as [number, number, number, number]
  return { allowed: allowed === 1, remaining, retryAfterMs: retryAfterMs < 0 ? Infinity : retryAfterMs, resetMs }
}

/** One NaN would let its key through for ever. */
function requireNumbers({ key, intervalMs, burst, cost }: LimitCharge): void {
  if (intervalMs > 0 && burst > 0 && cost >= 0) return
  throw new RangeError(`charge of ${JSON.stringify(key)}: interval ${intervalMs}, burst ${burst}, cost ${cost}`)
}
