import type { Comparison, Target } from './figure.ts'
import { type NextRequest, openGenerator } from './load.ts'
import { rest, type Server } from './process.ts'
import { median, spreadOf } from './statistics.ts'

/** How long is measured. */
export interface Rounds {
  readonly rounds: number
  readonly seconds: number
}

/** One round of one side. */
export interface Sample {
  readonly perSecond: number
  readonly cpuMicroseconds: number
}

/** One side of a comparison, ready to be measured again and again. */
export interface Contender {
  readonly name: string
  measure(seconds: number): Promise<Sample>
}

/** CPU time after which the engine's compiler is done with what runs hot; however busy the machine is, wait no longer. */
const warmCpuSeconds = 4
const longestWarmUps = 12

/**
 * Measures two sides in turn, in short rounds after a warm-up, so that whatever else the machine does falls on both.
 * Each goes first every other time.
 */
export async function compare(
  name: string,
  [ours, theirs]: readonly [Contender, Contender],
  { rounds, seconds }: Rounds,
  target: Target | undefined,
): Promise<Comparison> {
  const samples: { readonly ours: Sample; readonly theirs: Sample }[] = []
  for (const one of [ours, theirs]) await warmUp(one)
  const measure = async (one: Contender) => {
    await rest(seconds)
    return one.measure(seconds)
  }
  for (let round = 0; round < rounds; round += 1) {
    const early = round % 2 === 0 ? await measure(ours) : undefined
    const other = await measure(theirs)
    samples.push({ ours: early ?? (await measure(ours)), theirs: other })
  }
  const side = (contender: Contender, which: 'ours' | 'theirs') => ({
    name: contender.name,
    perSecond: median(samples.map((sample) => sample[which].perSecond)),
    cpuMicroseconds: median(samples.map((sample) => sample[which].cpuMicroseconds)),
  })
  return {
    kind: 'comparison',
    name,
    ours: side(ours, 'ours'),
    theirs: side(theirs, 'theirs'),
    ratio: spreadOf(samples.map((sample) => sample.ours.perSecond / sample.theirs.perSecond)),
    cpuRatio: spreadOf(samples.map((sample) => sample.theirs.cpuMicroseconds / sample.ours.cpuMicroseconds)),
    ...(target !== undefined && { target }),
  }
}

/** Has a side do its work until the engine's compiler is done with it. */
export async function warmUp(contender: Contender): Promise<void> {
  const seconds = 0.5
  let warm = 0
  for (let time = 0; time < longestWarmUps && warm < warmCpuSeconds; time += 1) {
    const { perSecond, cpuMicroseconds } = await contender.measure(seconds)
    warm += (perSecond * seconds * cpuMicroseconds) / 1e6
  }
}

const connections = 32

/** A server under as much load as it can take. */
export function underLoad(name: string, server: Server, next: NextRequest, status: number): Contender {
  return {
    name,
    async measure(seconds) {
      const generator = await openGenerator({ port: server.told.port, connections, next, status })
      try {
        const before = await server.cpu()
        const load = await generator.run(seconds)
        const cpu = (await server.cpu()) - before
        return { perSecond: load.answered / load.seconds, cpuMicroseconds: cpu / load.answered }
      } finally {
        generator.close()
      }
    },
  }
}
