const floorMs = 50
const ceilingMs = 8000

/**
 * Milliseconds to wait before a retry: full jitter with a floor; with a hint never less than it, and a spread on top, so
 * that callers told the same time do not come back together.
 *
 * Full jitter: https://aws.amazon.com/blogs/architecture/exponential-backoff-and-jitter/
 * @param retry which one the wait precedes, counted from 1
 * @param baseMs what the first backs off around
 * @param hintMs how long the server asked to wait; 0 where it did not
 * @param random gives a number from 0 to below 1
 * @example
 * backoffMs(1, 200, 0, () => 0.5) // 100
 */
export function backoffMs(retry: number, baseMs: number, hintMs: number | undefined = 0, random: () => number): number {
  const wait = Math.max(floorMs, hintMs, random() * Math.min(ceilingMs, baseMs * 2 ** (retry - 1)))
  return wait + (hintMs && random() * Math.min(1000, 0.1 * hintMs))
}
