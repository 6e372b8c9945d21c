import type { Log } from './log.ts'

/** The logs of an API as one. */
export interface Logs {
  /** Tells each of them; never throws, for an answer does not depend on its log. */
  readonly log: Log
  /** Adds one; returns the function that takes it away again. */
  watch(log: Log): () => void
}

/** Puts the log an API was made with before those that are added while it runs. */
export function createLogs(own: Log): Logs {
  let logs: readonly Log[] = [own]
  return {
    log(event, traffic) {
      for (const one of logs) {
        try {
          one(event, traffic)
        } catch {
          // The others are told all the same.
        }
      }
    },
    watch(added) {
      // A copy of its own, for the same log may be added twice.
      const one: Log = (event, traffic) => added(event, traffic)
      logs = [...logs, one]
      return () => {
        logs = logs.filter((other) => other !== one)
      }
    },
  }
}
