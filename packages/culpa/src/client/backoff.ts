/** What a wait before a retry is computed from. */
export interface Backoff {
  /** Which retry it precedes, counted from 1. */
  readonly retry: number
  /** What the first retry backs off around: 1000 where the server asked for room, else 200. */
  readonly baseMs: number
  /** How long the server asked to wait. */
  readonly hintMs?: number | undefined
}

const floorMs = 50
const ceilingMs = 8000

/**
 * Milliseconds to wait before a retry: full jitter with a floor; with a hint never less than it, and a spread on top, so
 * that callers told the same time do not come back together.
 *
 * Full jitter: https://aws.amazon.com/blogs/architecture/exponential-backoff-and-jitter/
 * @param random gives a number from 0 to below 1
 * @example
 * backoffMs({ retry: 1, baseMs: 200 }, () => 0.5) // 100
 */
export function backoffMs({ retry, baseMs, hintMs }: Backoff, random: () => number): number {
  const wait = Math.max(floorMs, random() * Math.min(ceilingMs, baseMs * 2 ** (retry - 1)))
  return hintMs === undefined ? wait : Math.max(wait, hintMs) + random() * Math.min(1000, 0.1 * hintMs)
}
