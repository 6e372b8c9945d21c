// What the stores cost that are not in memory, on a Redis and a Postgres started for it. The server is on the first core;
// the load, Redis and Postgres share the second.
import type { Rounds } from '../compare.ts'
import type { Figure, Quantity, Target } from '../figure.ts'
import { openGenerator } from '../load.ts'
import type { Measure } from '../measure.ts'
import { rest, startProgram, startServer } from '../process.ts'
import { postOrder } from '../requests.ts'
import type { TripOptions } from '../servers/limit-trips.ts'
import type { StoreOptions } from '../servers/stores.ts'
import { withService } from '../services.ts'
import { median, percentile, spreadOf } from '../statistics.ts'

interface Case {
  readonly name: string
  readonly store: StoreOptions['store']
  readonly connections: number
  readonly target?: Target
}

const cases: readonly Case[] = [
  {
    name: 'SQLite, 64 connections',
    store: 'sqlite',
    connections: 64,
    target: { goal: 10_000, floor: 3000, better: 'higher' },
  },
  { name: 'SQLite, 1 connection', store: 'sqlite', connections: 1 },
  {
    name: 'Postgres, 16 connections',
    store: 'postgres',
    connections: 16,
    target: { goal: 3000, floor: 1500, better: 'higher' },
  },
  { name: 'Redis, 16 connections', store: 'redis', connections: 16 },
]

const programs = { postgres: 'postgres', redis: 'redis-server' } as const
const tripTarget: Target = { goal: 150, floor: 300, better: 'lower' }
const trip = 'two limits in Redis, p50 they add'

export const stores: Measure = {
  title: 'Keyed POSTs and limits on stores on disk or over a network',
  figures: [
    ...cases.map((one) => ({
      name: `keyed POST, ${one.name}`,
      measure: (rounds: Rounds) => measureOrders({ ...one, name: `keyed POST, ${one.name}` }, rounds),
    })),
    {
      name: trip,
      measure: (rounds: Rounds) => withService(trip, 'redis-server', (url) => measureTrip(url, rounds)),
    },
  ],
}

function measureOrders(one: Case, rounds: Rounds): Promise<Figure> {
  if (one.store === 'sqlite') return measureRate(one, {}, rounds)
  return withService(one.name, programs[one.store], (url) => measureRate(one, { url }, rounds))
}

async function measureRate(
  { name, store, connections, target }: Case,
  where: { readonly url?: string },
  { rounds, seconds }: Rounds,
): Promise<Quantity> {
  const options: StoreOptions = { store, ...where }
  const server = await startServer('servers/stores.ts', options)
  const next = postOrder(server.told.keys[0] as string)
  const generator = await openGenerator({ port: server.told.port, connections, next, status: 200, sharesCore: true })
  const [perSecond, cpu]: [number[], number[]] = [[], []]
  try {
    await generator.run(2)
    for (let round = 0; round < rounds; round += 1) {
      await rest(seconds)
      const before = await server.cpu()
      // Longer than elsewhere: a disk's flushes come in fits.
      const { answered, seconds: took } = await generator.run(3 * seconds)
      perSecond.push(answered / took)
      cpu.push(((await server.cpu()) - before) / answered)
    }
  } finally {
    generator.close()
    server.stop()
  }
  const against = { name: 'CPU time of the server, µs', value: median(cpu) }
  return { kind: 'quantity', name, unit: '/s', value: spreadOf(perSecond), against, ...(target && { target }) }
}

async function measureTrip(url: string, { rounds, seconds }: Rounds): Promise<Quantity> {
  const options: TripOptions = { url }
  const program = await startProgram<'ready'>('servers/limit-trips.ts', options, 0)
  const medians: number[] = []
  await program.ask(2)
  for (let round = 0; round < rounds; round += 1) medians.push(percentile(await program.ask<number[]>(seconds), 0.5))
  program.stop()
  return { kind: 'quantity', name: trip, unit: 'µs', value: spreadOf(medians), target: tripTarget }
}
