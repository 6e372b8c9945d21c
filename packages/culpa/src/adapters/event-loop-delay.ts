import { monitorEventLoopDelay } from 'node:perf_hooks'

const resolutionMs = 10
const windowMs = 1000

/**
 * Starts to measure how far the event loop lags. The function returned gives the mean of about the last second, in
 * milliseconds: one long pause weighs little, steady overload much. The measuring keeps no process alive.
 * @example
 * createApi({ contract, operations, guards: { overload: overload({ delayMs: eventLoopDelay() }) } })
 */
export function eventLoopDelay(): () => number {
  const histogram = monitorEventLoopDelay({ resolution: resolutionMs })
  histogram.enable()
  let delayMs = 0
  let readMs = performance.now()
  return () => {
    const now = performance.now()
    if (now - readMs < windowMs) return delayMs
    readMs = now
    // Samples are the time between two ticks of a timer; NaN where there was none.
    delayMs = Math.max(0, (histogram.mean || 0) / 1e6 - resolutionMs)
    histogram.reset()
    return delayMs
  }
}
