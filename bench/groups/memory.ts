// What a key takes of the process whose stores know it.
import type { Quantity, Target } from '../figure.ts'
import type { Measure } from '../measure.ts'
import { startProgram } from '../process.ts'
import { processBytes } from '../process-memory.ts'
import type { MemoryUse } from '../servers/memory-use.ts'
import { spreadOf } from '../statistics.ts'

const kinds: readonly { readonly kind: keyof MemoryUse; readonly name: string; readonly target: Target }[] = [
  { kind: 'limit', name: 'a key with a limit', target: { goal: 32, floor: 150, better: 'lower' } },
  {
    kind: 'idempotency',
    name: 'an idempotency key with its answer',
    target: { goal: 64, floor: 300, better: 'lower' },
  },
]

const onDisk = 'an idempotency key, bodies on disk (SQLite)'

export const memory: Measure = {
  title: 'Memory of the process, for each key that a store knows',
  figures: [
    ...kinds.map(({ kind, name, target }) => ({ name, measure: () => measureKind(kind, name, target) })),
    { name: onDisk, measure: measureOnDisk },
  ],
}

async function measureKind(kind: keyof MemoryUse, name: string, target: Target): Promise<Quantity> {
  const program = await startProgram<'ready'>('servers/memory-use.ts', {}, 1)
  const use = await program.ask<MemoryUse>('use')
  program.stop()
  return { kind: 'quantity', name, unit: 'B', value: spreadOf([use[kind]]), target }
}

async function measureOnDisk(): Promise<Quantity> {
  const value = spreadOf([await processBytes('idempotency-sqlite', 200_000)])
  return { kind: 'quantity', name: onDisk, unit: 'B', value, target: { goal: 64, floor: 300, better: 'lower' } }
}
