// What every guard adds to the time of a request, at a rate that both servers can take.
import { type Rounds, underLoad, warmUp } from '../compare.ts'
import type { Quantity, Target } from '../figure.ts'
import { type Generator, openGenerator } from '../load.ts'
import type { Measure } from '../measure.ts'
import { once } from '../once.ts'
import { measurePairs, type Pair, spreadOfPairs } from '../pairs.ts'
import { startServer } from '../process.ts'
import { getItem } from '../requests.ts'
import { percentile } from '../statistics.ts'
import { startBareLike } from './against-bare.ts'

const targets: Readonly<Record<string, Target>> = {
  p50: { goal: 8, floor: 20, better: 'lower' },
  p99: { goal: 50, floor: 200, better: 'lower' },
}
const shares = { p50: 0.5, p99: 0.99 } as const
type Share = keyof typeof shares

let measured: (() => Promise<Pair[][]>) | undefined

export const latency: Measure = {
  title: 'Added latency of a GET at half of what culpa can take, open loop',
  needsQuiet: true,
  figures: (['p50', 'p99'] as const).map((share) => ({
    name: `added ${share}`,
    async measure(rounds) {
      measured ??= once(() => measureTimes(rounds))
      return toFigure(share, await measured())
    },
  })),
}

function toFigure(share: Share, rounds: readonly Pair[][]): Quantity {
  const of = (times: Float64Array) => percentile(times, shares[share])
  return {
    kind: 'quantity',
    name: `added ${share}`,
    unit: 'µs',
    value: spreadOfPairs(rounds, ({ ours, theirs }) => of(ours) - of(theirs)),
    against: { name: 'bare, in all', value: spreadOfPairs(rounds, ({ theirs }) => of(theirs)).median },
    target: targets[share] as Target,
  }
}

async function measureTimes(rounds: Rounds): Promise<Pair[][]> {
  const server = await startServer('servers/culpa.ts', {})
  const next = getItem(server.told.keys[0] as string)
  const bare = await startBareLike(server, next, 'ignored')
  const sides = [underLoad('culpa', server, next, 200), underLoad('bare', bare, next, 200)] as const
  for (const side of sides) await warmUp(side)
  const perSecond = (await sides[0].measure(1)).perSecond / 2
  const open = (port: number) => openGenerator({ port, connections: 32, next, status: 200 })
  const [toCulpa, toBare] = await Promise.all([open(server.told.port), open(bare.told.port)])
  const pace = (generator: Generator) => (seconds: number) => generator.pace({ perSecond, seconds, intervals: 'even' })
  try {
    return await measurePairs(pace(toCulpa), pace(toBare), rounds)
  } finally {
    for (const one of [toCulpa, toBare]) one.close()
    for (const one of [server, bare]) one.stop()
  }
}
