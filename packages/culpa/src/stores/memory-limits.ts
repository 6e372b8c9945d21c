import type { LimitCharge, LimitStore, LimitVerdict } from '../server/stores.ts'
import { memoryArrivals } from './memory-arrivals.ts'
import { textHash } from './memory-hash.ts'

export interface MemoryLimitOptions {
  /** Callers remembered at once, at most 28 bytes each. Default 1 000 000. */
  readonly maxKeys?: number
  /** Milliseconds of a clock that never goes back; for tests. Default `performance.now`. */
  readonly now?: () => number
}

export interface MemoryLimits extends LimitStore {
  take(charges: readonly LimitCharge[]): readonly LimitVerdict[]
  /** Keys remembered now. */
  readonly size: number
}

/** A charge weighed against its slot: times in ticks. */
interface Weighed {
  readonly charge: LimitCharge
  readonly slot: number
  readonly interval: number
  /** Theoretical arrival time of the slot, and what it would be after the charge. */
  readonly arrival: number
  readonly after: number
  readonly allowed: boolean
  readonly retryAfterMs: number
}

/** Times are whole ticks since the store was made. Their sums are exact for four years; those of fractions are not. */
const ticksPerMs = 2 ** 16
const maxOverflowSlots = 256
/** Looked at for each newcomer: keys that are over are few among those that count. */
const sweptPlaces = 16
/** Enough to come round where there are few keys. */
const sweptPlacesWhenFull = 512

/**
 * Limits by GCRA in this process: one number a key, the time at which its whole burst is back. A key is forgotten only
 * when that time has passed. Keys are kept as a secret hash of 53 bits. When `maxKeys` are still being remembered, newcomers of a policy share one slot until there
 * is room: nobody who is blocked is let off. Waits are whole milliseconds; `Infinity` for a cost above the burst.
 * @throws {RangeError} for a `maxKeys` below 1 or above 16 000 000; from `take` for a charge that is no number, or negative
 * @example
 * const [verdict] = memoryLimits().take([{ key: 'writes:org_1:test', intervalMs: 600, burst: 20, cost: 1 }])
 */
export function memoryLimits(options: MemoryLimitOptions = {}): MemoryLimits {
  const { maxKeys = 1_000_000, now = () => performance.now() } = options
  if (!(maxKeys >= 1 && maxKeys <= 16_000_000)) throw new RangeError(`maxKeys: ${maxKeys} is not in 1 to 16000000`)
  const arrivals = memoryArrivals()
  const slotNamed = textHash()
  const started = now()

  const ticksAt = (ms: number): number => Math.round((ms - started) * ticksPerMs)

  function take(charges: readonly LimitCharge[]): readonly LimitVerdict[] {
    const at = now()
    if (charges.length === 1) return [takeOne(charges[0] as LimitCharge, at)]
    const weighed: Weighed[] = []
    for (const charge of charges) weighed.push(weigh(charge, weighed, charges.length, at))
    if (weighed.every(({ allowed }) => allowed)) {
      for (const { charge, slot, after } of weighed) if (charge.cost > 0) arrivals.set(slot, after)
    }
    // Told from what is stored now: two of them may have spent from one slot.
    return weighed.map((one) => verdictOf(one, arrivalOf(one.slot, ticksAt(at)), at))
  }

  /** The same for one alone, as most requests have it. */
  function takeOne(charge: LimitCharge, at: number): LimitVerdict {
    const weighed = weigh(charge, none, 1, at)
    const { slot, allowed, arrival, after } = weighed
    if (!allowed || charge.cost === 0) return verdictOf(weighed, arrival, at)
    arrivals.set(slot, after)
    return verdictOf(weighed, after, at)
  }

  function weigh(charge: LimitCharge, earlier: readonly Weighed[], newcomers: number, at: number): Weighed {
    requireNumbers(charge)
    const { burst, cost } = charge
    const tick = ticksAt(at)
    const slot = slotOf(charge, newcomers, tick)
    const interval = Math.max(1, Math.floor(charge.intervalMs * ticksPerMs))
    const arrival = arrivalOf(slot, tick)
    const before = earlier.length === 0 ? arrival : afterAll(earlier, slot, arrival)
    const after = before + Math.ceil(cost * interval)
    const wanted = cost === 0 ? before + interval : after
    const possible = wanted - arrival <= burst * interval
    return {
      charge,
      slot,
      interval,
      arrival,
      after,
      allowed: cost === 0 || after - burst * interval <= tick,
      retryAfterMs: possible ? wait(at, wanted - burst * interval) : Infinity,
    }
  }

  function verdictOf({ charge, interval, allowed, retryAfterMs }: Weighed, arrival: number, at: number): LimitVerdict {
    const remaining = Math.max(0, Math.floor((ticksAt(at) + charge.burst * interval - arrival) / interval))
    return { allowed, remaining, retryAfterMs, resetMs: wait(at, arrival) }
  }

  function arrivalOf(slot: number, tick: number): number {
    return Math.max(arrivals.get(slot), tick)
  }

  /** Whole milliseconds after which a clock that reads `at` has reached a tick. */
  function wait(at: number, tick: number): number {
    const ms = Math.max(0, Math.ceil((tick - ticksAt(at)) / ticksPerMs))
    // The sum of a fraction and the wait may be rounded to just before the tick.
    return ticksAt(at + ms) < tick ? ms + 1 : ms
  }

  function slotOf({ key, intervalMs, burst }: LimitCharge, newcomers: number, tick: number): number {
    const slot = slotNamed(key)
    if (arrivals.get(slot) !== 0) return slot
    arrivals.sweep(sweptPlaces, tick)
    if (arrivals.size + newcomers <= maxKeys) return slot
    arrivals.sweep(sweptPlacesWhenFull, tick)
    if (arrivals.size + newcomers <= maxKeys) return slot
    const policy = arrivals.size < maxKeys + maxOverflowSlots ? key.slice(0, Math.max(0, key.indexOf(':'))) : ''
    return slotNamed(`\0${policy} ${intervalMs} ${burst}`)
  }

  return {
    take,
    get size() {
      return arrivals.size
    },
  }
}

const none: readonly Weighed[] = []

/** The arrival time of a slot after the charges before this one. */
function afterAll(earlier: readonly Weighed[], slot: number, arrival: number): number {
  return earlier.findLast((one) => one.slot === slot)?.after ?? arrival
}

/** One NaN would let its key through for ever. */
function requireNumbers({ key, intervalMs, burst, cost }: LimitCharge): void {
  if (intervalMs > 0 && burst > 0 && cost >= 0) return
  throw new RangeError(`charge of ${JSON.stringify(key)}: interval ${intervalMs}, burst ${burst}, cost ${cost}`)
}
