import { returnedRefusal } from '../contract/api-error.ts'
import type { CompiledGuard, Guard } from '../server/guard.ts'

/** A guard that can be switched while the API runs. */
export interface Maintenance extends Guard {
  /**
   * Starts maintenance. Callers are told to come back after `retryAfterSeconds`, default 60.
   * @throws {RangeError} for anything but a whole number of at least 1
   */
  start(retryAfterSeconds?: number): void
  stop(): void
  readonly active: boolean
}

/**
 * Refuses every request with 503 `maintenance` and `Retry-After` while it is on (RFC 9110 §15.6.4).
 * @example
 * const pause = maintenance()
 * createApi({ contract, operations, guards: { maintenance: pause } })
 * pause.start(120)
 */
export function maintenance(): Maintenance {
  let retryAfterSeconds: number | undefined
  const compiled: CompiledGuard = {
    step() {
      return retryAfterSeconds === undefined ? undefined : returnedRefusal('maintenance', { retryAfterSeconds })
    },
  }
  return {
    name: 'maintenance',
    stage: 'maintenance',
    get active() {
      return retryAfterSeconds !== undefined
    },
    start(seconds = 60) {
      if (!Number.isInteger(seconds) || seconds < 1) {
        throw new RangeError(
          `maintenance.start: retryAfterSeconds is ${seconds}. Remedy: a whole number of at least 1.`,
        )
      }
      retryAfterSeconds = seconds
    },
    stop() {
      retryAfterSeconds = undefined
    },
    codes: () => ['maintenance'],
    compile: () => compiled,
  }
}
