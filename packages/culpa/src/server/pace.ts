/** Keeps work beside the requests to a part of the time, while requests need all of it. */
export interface Pace {
  /** Runs a piece of the work, and counts the time until it returns. */
  run<Result>(work: () => Result): Result
  /** Milliseconds that the work has to rest, at least; 0 when it may go on. */
  restMs(): number
}

/**
 * After each piece of work `rest` times as much processor time is left to everything else, unless there is nothing else
 * to do. What other processes take of a crowded machine does not count.
 * @example
 * const pace = createPace(9)
 * pace.run(writeBatch)
 * setTimeout(next, pace.restMs())
 */
export function createPace(rest: number): Pace {
  let workedMs = 0
  let endedMs = 0
  let loop = loopNow()
  return {
    run(work) {
      const started = processorMs()
      try {
        return work()
      } finally {
        const now = processorMs()
        workedMs += now - started
        endedMs = now
        loop = loopNow()
      }
    },
    restMs() {
      const owedMs = workedMs * rest - (processorMs() - endedMs)
      if (owedMs > 0 && isBusy(loop)) return owedMs
      workedMs = 0
      return 0
    },
  }
}

type Loop = ReturnType<typeof performance.eventLoopUtilization>

/** Of this thread, where the runtime tells; else the time that passes. */
function processorMs(): number {
  const usage = globalThis.process?.threadCpuUsage?.()
  return usage === undefined ? performance.now() : (usage.user + usage.system) / 1000
}

function loopNow(): Loop | undefined {
  return performance.eventLoopUtilization?.()
}

/** Of its time. Above it a loop has requests in line more often than not: what the work takes, they wait. */
const busy = 0.6

function isBusy(since: Loop | undefined): boolean {
  return since === undefined || performance.eventLoopUtilization(since).utilization > busy
}
