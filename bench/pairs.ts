import type { Rounds } from './compare.ts'
import { rest } from './process.ts'
import { median, type Spread, spreadOf } from './statistics.ts'

/**
 * A round of latencies is measured in so many parts. A stall of the machine of a few milliseconds is a whole 99th
 * percentile: it spoils the part it falls into, and the median of the parts not at all.
 */
const parts = 3

/** Times of one side's requests, measured for so many seconds. */
export type Timed = (seconds: number) => Promise<Float64Array>

/** What both sides took, one after the other. */
export interface Pair {
  readonly ours: Float64Array
  readonly theirs: Float64Array
}

/** Measures two sides in turn, each first every other time; the pairs of each round. */
export async function measurePairs(ours: Timed, theirs: Timed, { rounds, seconds }: Rounds): Promise<Pair[][]> {
  const measured: Pair[][] = Array.from({ length: rounds }, () => [])
  const measure = async (side: Timed) => {
    await rest(seconds)
    return side(seconds)
  }
  for (let index = 0; index < rounds * parts; index += 1) {
    const early = index % 2 === 0 ? await measure(ours) : undefined
    const other = await measure(theirs)
    measured[Math.floor(index / parts)]?.push({ ours: early ?? (await measure(ours)), theirs: other })
  }
  return measured
}

/** What the rounds come to, each of them the median of its pairs. */
export function spreadOfPairs(rounds: readonly Pair[][], value: (pair: Pair) => number): Spread {
  return spreadOf(rounds.map((pairs) => median(pairs.map(value))))
}
