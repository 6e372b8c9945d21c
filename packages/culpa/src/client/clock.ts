/** Where a client takes the time from; a test hands in its own. */
export interface Clock {
  /** Milliseconds since 1970 that never jump back. */
  now(): number
  /**
   * Calls back once, after `ms` milliseconds; the function it gives cancels that.
   * `wait` is a pause before a retry, `limit` the longest something may take.
   */
  timer(ms: number, purpose: 'wait' | 'limit', call: () => void): () => void
}

/** Timers cannot hold much more: they would fire at once. */
const longestTimerMs = 2e9

/** The time of the platform. */
export const systemClock: Clock = {
  now: () => performance.timeOrigin + performance.now(),
  timer(ms, _purpose, call) {
    const timer = setTimeout(call, Math.min(ms, longestTimerMs))
    return () => clearTimeout(timer)
  },
}
