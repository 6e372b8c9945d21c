import type { Log } from './log.ts'

/**
 * One log of several: each gets every event, also when another one throws.
 * @example
 * createApi({ contract, operations, log: logs(logFailures, accessLog(write), requests.log) })
 */
export function logs(...all: readonly Log[]): Log {
  return (event, traffic) => {
    for (const log of all) {
      try {
        log(event, traffic)
      } catch {
        // A log must not change an answer, nor keep the event from another log.
      }
    }
  }
}

/** A log that others may join while the API runs. */
export interface OpenLog {
  readonly log: Log
  /** Has `other` get every event from now on; returns the function that ends it. */
  observe(other: Log): () => void
}

/** Opens a log to others; while there are none, it is called as it is. */
export function openLog(first: Log): OpenLog {
  let all: readonly Log[] = [first]
  let current = first
  const use = (next: readonly Log[]) => {
    all = next
    current = next.length === 1 ? first : logs(...next)
  }
  return {
    log: (event, traffic) => current(event, traffic),
    observe(other) {
      // A function of its own, so that a log that observes twice can stop once.
      const own: Log = (event, traffic) => other(event, traffic)
      use([...all, own])
      return () => use(all.filter((one) => one !== own))
    },
  }
}
