import type { Log, LogEvent, Traffic } from './log.ts'

/**
 * Several logs as one: each is told of every event, also when another throws.
 * @example
 * createApi({ contract, operations, log: logs(logFailures, accessLog(write), requests.log) })
 */
export function logs(...all: readonly Log[]): Log {
  return (event, traffic) => tell(all, event, traffic)
}

/** The logs of an API as one. */
export interface Logs {
  /** Tells each of them; never throws, for an answer does not depend on its log. */
  readonly log: Log
  /** Adds one; returns the function that takes it away again. */
  watch(log: Log): () => void
}

/** Puts the log an API was made with before those that are added while it runs. */
export function createLogs(own: Log): Logs {
  let all: readonly Log[] = [own]
  return {
    log: (event, traffic) => tell(all, event, traffic),
    watch(added) {
      // A copy of its own, for the same log may be added twice.
      const one: Log = (event, traffic) => added(event, traffic)
      all = [...all, one]
      return () => {
        all = all.filter((other) => other !== one)
      }
    },
  }
}

function tell(all: readonly Log[], event: LogEvent, traffic: Traffic | undefined): void {
  for (const one of all) {
    try {
      one(event, traffic)
    } catch {
      // The others are told all the same.
    }
  }
}
