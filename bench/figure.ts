import type { Spread } from './statistics.ts'

/** One side of a comparison: medians of its rounds. */
export interface Side {
  readonly name: string
  readonly perSecond: number
  /** Of its process, for each request. */
  readonly cpuMicroseconds: number
}

/** How fast culpa is in parts of something else: above 1 it is faster. */
export interface Comparison {
  readonly kind: 'comparison'
  readonly name: string
  readonly ours: Side
  readonly theirs: Side
  /** Requests a second, ours in parts of theirs: the ratio of each round. */
  readonly ratio: Spread
  /** CPU time a request, theirs in parts of ours: the same thing, and steadier on a machine that others use too. */
  readonly cpuRatio: Spread
  readonly target?: Target
}

/** One number with its unit. */
export interface Quantity {
  readonly kind: 'quantity'
  readonly name: string
  readonly unit: string
  readonly value: Spread
  /** What it is compared with, in the same unit. */
  readonly against?: { readonly name: string; readonly value: number }
  readonly target?: Target
}

/** A figure that could not be measured here. */
export interface Missing {
  readonly kind: 'missing'
  readonly name: string
  readonly why: string
}

export type Figure = Comparison | Quantity | Missing

/** What a figure should be, and what it must be: below that it is a defect. */
export interface Target {
  readonly goal: number
  readonly floor: number
  readonly better: 'higher' | 'lower'
}

/** A group of figures, under one heading. */
export interface Group {
  readonly title: string
  readonly figures: readonly Figure[]
}

/** What `npm run bench` wrote. */
export interface Results {
  readonly node: string
  readonly machine: string
  /** Cores that other programs took between the figures: 0 on a machine left alone. */
  readonly othersCores: number
  readonly rounds: number
  readonly secondsPerRound: number
  /** Of each peer. */
  readonly versions: Readonly<Record<string, string>>
  /** Versions of Redis and Postgres, where they are installed. */
  readonly services: Readonly<Record<string, string>>
  readonly groups: readonly Group[]
}

export type Verdict = 'goal' | 'floor' | 'below floor' | ''

/**
 * Whether a figure reaches its goal, its floor at least, or neither; empty where it has none. A comparison is judged by
 * CPU time, which does not depend on who else uses the machine.
 */
export function verdictOf(figure: Comparison | Quantity): Verdict {
  const { target } = figure
  if (target === undefined) return ''
  const value = figure.kind === 'comparison' ? figure.cpuRatio.median : figure.value.median
  const reaches = (wanted: number) => (target.better === 'higher' ? value >= wanted : value <= wanted)
  if (reaches(target.goal)) return 'goal'
  return reaches(target.floor) ? 'floor' : 'below floor'
}
