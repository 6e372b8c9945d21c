import type { Rounds } from './compare.ts'
import type { Figure } from './figure.ts'

/** Figures that can be measured one by one, under one heading. */
export interface Measure {
  readonly title: string
  /** Whether it tells nothing on a machine that does something else: it is left out of the results there. */
  readonly needsQuiet?: boolean
  readonly figures: readonly {
    readonly name: string
    measure(rounds: Rounds): Promise<Figure>
  }[]
}
