// Whether a flood of refusals slows the requests that are good: their latency with a flood against without.
import { type Rounds, underLoad, warmUp } from '../compare.ts'
import type { Quantity } from '../figure.ts'
import { openGenerator } from '../load.ts'
import type { Measure } from '../measure.ts'
import { once } from '../once.ts'
import { measurePairs, spreadOfPairs } from '../pairs.ts'
import { type Server, startServer } from '../process.ts'
import { getItem, refused } from '../requests.ts'
import { seeReply } from '../seen-reply.ts'
import { percentile, type Spread, spreadOf } from '../statistics.ts'

const goodPerSecond = 1000
const floodPerSecond = 4 * goodPerSecond

const names: Readonly<Record<number, string>> = {
  400: 'malformed bodies',
  401: 'missing keys, 401',
  404: 'unknown paths, 404',
  429: 'spent limits, 429',
}

interface Flooded {
  readonly ratio: Spread
  /** Microseconds without the flood. */
  readonly alone: number
  /** Bytes that a flooding request leaves behind. */
  readonly kept: number
}

const floods = new Map<number, () => Promise<Flooded>>()

function flooded(status: number, rounds: Rounds): Promise<Flooded> {
  if (!floods.has(status))
    floods.set(
      status,
      once(() => measureFlood(status, rounds)),
    )
  return (floods.get(status) as () => Promise<Flooded>)()
}

const statuses = Object.keys(names).map(Number)

export const flood: Measure = {
  title: 'Good requests during a flood of four times as many refusals',
  needsQuiet: true,
  figures: [
    ...statuses.map((status) => ({
      name: `p99 during ${names[status]}`,
      measure: async (rounds: Rounds) => toLatency(status, await flooded(status, rounds)),
    })),
    {
      name: 'memory left by a refusal',
      async measure(rounds): Promise<Quantity> {
        const kept: number[] = []
        for (const status of statuses) kept.push((await flooded(status, rounds)).kept)
        return {
          kind: 'quantity',
          name: 'memory left by a refusal',
          unit: 'B',
          value: spreadOf(kept),
          target: { goal: 8, floor: 32, better: 'lower' },
        }
      },
    },
  ],
}

function toLatency(status: number, { ratio, alone }: Flooded): Quantity {
  return {
    kind: 'quantity',
    name: `p99 during ${names[status]}`,
    unit: '×',
    value: ratio,
    against: { name: `alone, ${alone.toFixed(0)} µs`, value: 1 },
    target: { goal: 2, floor: 2, better: 'lower' },
  }
}

async function measureFlood(status: number, rounds: Rounds): Promise<Flooded> {
  const server = await startServer('servers/culpa.ts', {})
  const { port, keys } = server.told
  const key = keys[0] as string
  // A limit is spent before the flood comes.
  const refusal = refused[status] as (key: string) => () => string
  await seeReply(port, refusal(key)())
  const sides = [underLoad('good', server, getItem(key), 200), underLoad('bad', server, refusal(key), status)] as const
  for (const side of sides) await warmUp(side)
  const good = await openGenerator({ port, connections: 16, next: getItem(key), status: 200 })
  const bad = await openGenerator({ port, connections: 32, next: refusal(key), status })
  const alone = (span: number) => good.pace({ perSecond: goodPerSecond, seconds: span, intervals: 'even' })
  let poured = 0
  const during = async (span: number) => {
    const [times, refusals] = await Promise.all([
      alone(span),
      bad.pace({ perSecond: floodPerSecond, seconds: span, intervals: 'random' }),
    ])
    poured += refusals.length
    return times
  }
  const p99 = (times: Float64Array) => percentile(times, 0.99)
  try {
    const before = await heapBytes(server)
    const pairs = await measurePairs(during, alone, rounds)
    return {
      ratio: spreadOfPairs(pairs, ({ ours, theirs }) => p99(ours) / p99(theirs)),
      alone: spreadOfPairs(pairs, ({ theirs }) => p99(theirs)).median,
      kept: Math.max(0, ((await heapBytes(server)) - before) / poured),
    }
  } finally {
    for (const generator of [good, bad]) generator.close()
    server.stop()
  }
}

async function heapBytes(server: Server): Promise<number> {
  const { heapUsed, external } = await server.ask<NodeJS.MemoryUsage>('heap')
  return heapUsed + external
}
