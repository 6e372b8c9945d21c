/** What several rounds came to. */
export interface Spread {
  readonly median: number
  readonly lowest: number
  readonly highest: number
}

/** The middle of the values, the lower one of two. */
export function median(values: readonly number[]): number {
  return percentile(values, 0.5)
}

/** The value that a share of all does not exceed. */
export function percentile(values: Iterable<number>, share: number): number {
  const sorted = Float64Array.from(values).sort()
  return sorted[Math.max(0, Math.ceil(sorted.length * share) - 1)] as number
}

export function spreadOf(values: readonly number[]): Spread {
  return { median: median(values), lowest: Math.min(...values), highest: Math.max(...values) }
}
