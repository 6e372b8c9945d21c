// What every guard adds to the time of a request, at a rate that both servers can take.
import type { Rounds } from '../compare.ts'
import type { Quantity, Target } from '../figure.ts'
import { openGenerator } from '../load.ts'
import type { Measure } from '../measure.ts'
import { once } from '../once.ts'
import { startServer } from '../process.ts'
import { getItem } from '../requests.ts'
import { median, percentile, spreadOf } from '../statistics.ts'
import { startBareLike } from './against-bare.ts'

const targets: Readonly<Record<string, Target>> = {
  p50: { goal: 8, floor: 20, better: 'lower' },
  p99: { goal: 50, floor: 200, better: 'lower' },
}
const shares = { p50: 0.5, p99: 0.99 } as const
type Share = keyof typeof shares

/** Microseconds of each round, by server. */
interface Times {
  readonly culpa: Record<Share, number>[]
  readonly bare: Record<Share, number>[]
}

let measured: (() => Promise<Times>) | undefined

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

function toFigure(share: Share, { culpa, bare }: Times): Quantity {
  const base = bare.map((times) => times[share])
  return {
    kind: 'quantity',
    name: `added ${share}`,
    unit: 'µs',
    value: spreadOf(culpa.map((times, round) => times[share] - (base[round] as number))),
    against: { name: 'bare, in all', value: median(base) },
    target: targets[share] as Target,
  }
}

async function measureTimes({ rounds, seconds }: Rounds): Promise<Times> {
  const server = await startServer('servers/culpa.ts', {})
  const next = getItem(server.told.keys[0] as string)
  const bare = await startBareLike(server, next, 'ignored')
  const open = (port: number) => openGenerator({ port, connections: 32, next, status: 200 })
  const generators = await Promise.all([open(server.told.port), open(bare.told.port)])
  try {
    for (const generator of generators) await generator.run(1)
    const { answered, seconds: took } = await generators[0].run(1)
    const times: Times = { culpa: [], bare: [] }
    for (let round = 0; round < rounds; round += 1) {
      for (const [index, side] of [times.culpa, times.bare].entries()) {
        const taken = await (generators[index] as (typeof generators)[0]).pace(answered / took / 2, seconds, 'exact')
        side.push({ p50: percentile(taken, shares.p50), p99: percentile(taken, shares.p99) })
      }
    }
    return times
  } finally {
    for (const generator of generators) generator.close()
    server.stop()
    bare.stop()
  }
}
