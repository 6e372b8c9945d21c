// Whether a flood of refusals slows the requests that are good: their latency with a flood against without.
import type { Rounds } from '../compare.ts'
import type { Quantity } from '../figure.ts'
import { openGenerator } from '../load.ts'
import type { Measure } from '../measure.ts'
import { once } from '../once.ts'
import { type Server, startProgram, startServer } from '../process.ts'
import { getItem, refused } from '../requests.ts'
import { seeReply } from '../seen-reply.ts'
import type { FloodOptions, FloodQuestion } from '../servers/flood.ts'
import { median, percentile, type Spread, spreadOf } from '../statistics.ts'

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

async function measureFlood(status: number, { rounds, seconds }: Rounds): Promise<Flooded> {
  const server = await startServer('servers/culpa.ts', {})
  const { port, keys } = server.told
  const key = keys[0] as string
  // A limit is spent before the flood comes.
  const refusal = refused[status] as (key: string) => () => string
  await seeReply(port, refusal(key)())
  const options: FloodOptions = { port, key, status }
  const flooding = await startProgram<'ready'>('servers/flood.ts', options, 1)
  const good = await openGenerator({ port, connections: 16, next: getItem(key), status: 200 })
  const warm = await openGenerator({ port, connections: 16, next: refusal(key), status })
  const pour = (span: number) =>
    flooding.ask<number>({ perSecond: floodPerSecond, seconds: span } satisfies FloodQuestion)
  const p99 = async () => percentile(await good.pace(goodPerSecond, seconds, 'exact'), 0.99)
  try {
    await good.run(1)
    // What the engine compiles for these requests is not what they leave behind.
    await warm.run(2)
    const before = await heapBytes(server)
    const alone: number[] = []
    const ratios: number[] = []
    let poured = 0
    for (let round = 0; round < rounds; round += 1) {
      alone.push(await p99())
      // Begins a little before the good requests, and ends after them.
      const flowing = pour(seconds + 0.2)
      await new Promise((resolve) => setTimeout(resolve, 100))
      ratios.push((await p99()) / (alone[round] as number))
      poured += await flowing
    }
    const kept = Math.max(0, ((await heapBytes(server)) - before) / poured)
    return { ratio: spreadOf(ratios), alone: median(alone), kept }
  } finally {
    good.close()
    warm.close()
    flooding.stop()
    server.stop()
  }
}

async function heapBytes(server: Server): Promise<number> {
  const { heapUsed, external } = await server.ask<NodeJS.MemoryUsage>('heap')
  return heapUsed + external
}
