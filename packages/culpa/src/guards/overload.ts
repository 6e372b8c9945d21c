import { returnedRefusal } from '../contract/api-error.ts'
import { checkNumber } from '../server/check-number.ts'
import type { CompiledGuard, Guard } from '../server/guard.ts'

export interface OverloadOptions {
  /** Requests in flight above which new ones are refused. Default 1000. */
  readonly maxInFlight?: number
  /** How far the event loop lags, in milliseconds; see `eventLoopDelay` of `culpa/node`. */
  readonly delayMs?: () => number
  /** Lag above which requests are refused. Default 200. */
  readonly maxDelayMs?: number
  /** Default 1. */
  readonly retryAfterSeconds?: number
}

/**
 * Sheds load with 503 `service_unavailable` before anything of a request is read: with too many requests in flight, or
 * an event loop that lags. A request is in flight from here until its answer is made.
 * @throws {ContractError} for a number that is none
 * @example
 * createApi({ contract, operations, guards: { overload: overload({ maxInFlight: 500, delayMs: eventLoopDelay() }) } })
 */
export function overload(options: OverloadOptions = {}): Guard {
  const { maxInFlight = 1000, delayMs, maxDelayMs = 200, retryAfterSeconds = 1 } = options
  checkNumber('overload: maxInFlight', maxInFlight)
  checkNumber('overload: maxDelayMs', maxDelayMs)
  checkNumber('overload: retryAfterSeconds', retryAfterSeconds)
  let inFlight = 0
  const leave = () => {
    inFlight--
  }
  const compiled: CompiledGuard = {
    step(exchange) {
      const isLate = delayMs !== undefined && delayMs() > maxDelayMs
      if (inFlight >= maxInFlight || isLate) return returnedRefusal('service_unavailable', { retryAfterSeconds })
      inFlight++
      exchange.whenDone(leave)
      return undefined
    },
  }
  return {
    name: 'overload',
    stage: 'overload',
    codes: () => ['service_unavailable'],
    compile: () => compiled,
  }
}
