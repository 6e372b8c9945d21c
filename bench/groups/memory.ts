// What a key takes of the memory of the process, and of Redis.
import type { Figure, Quantity, Target } from '../figure.ts'
import type { Measure } from '../measure.ts'
import { startProgram } from '../process.ts'
import type { MemoryOptions } from '../servers/memory-use.ts'
import { withService } from '../services.ts'
import { spreadOf } from '../statistics.ts'

interface Case extends Omit<MemoryOptions, 'url'> {
  readonly name: string
  readonly target?: Target
}

const cases: readonly Case[] = [
  {
    name: 'a key with a limit, in memory',
    kind: 'limits',
    store: 'memory',
    keys: 500_000,
    target: { goal: 32, floor: 150, better: 'lower' },
  },
  { name: 'a key with a limit, in Redis', kind: 'limits', store: 'redis', keys: 100_000 },
  {
    name: 'an idempotency key, its answer in SQLite',
    kind: 'idempotency',
    store: 'sqlite',
    keys: 200_000,
    target: { goal: 64, floor: 300, better: 'lower' },
  },
  {
    name: 'an idempotency key with its answer, in memory',
    kind: 'idempotency',
    store: 'memory',
    keys: 500_000,
  },
  { name: 'an idempotency key with its answer, in Redis', kind: 'idempotency', store: 'redis', keys: 50_000 },
]

export const memory: Measure = {
  title: 'Memory that a key takes',
  figures: cases.map((one) => ({ name: one.name, measure: () => measureCase(one) })),
}

function measureCase(one: Case): Promise<Figure> {
  if (one.store !== 'redis') return measureIn(one)
  return withService(one.name, 'redis-server', (url) => measureIn(one, url))
}

async function measureIn({ name, target, ...options }: Case, url?: string): Promise<Quantity> {
  const given: MemoryOptions = { ...options, ...(url !== undefined && { url }) }
  const program = await startProgram<'ready'>('servers/memory-use.ts', given, 0)
  const bytes = await program.ask<number>('use')
  program.stop()
  return { kind: 'quantity', name, unit: 'B', value: spreadOf([bytes]), ...(target !== undefined && { target }) }
}
