import { sqliteDatabase } from '../../examples/sandbox/database/sqlite.ts'
import type { Environment } from '../../examples/sandbox/environment.ts'
import { sharedWithNobody } from '../../examples/sandbox/shared.ts'
import type { System } from '../../examples/sandbox/system.ts'
import { createSystems } from '../../examples/sandbox/systems.ts'
import { type DocumentedSystem, documentedSystems } from './documented.ts'

/** Where the systems say they are. */
export const origin = 'http://localhost:4000'

/** The sandbox's systems as documents need them: complete, but nobody calls them and there is no processor. */
export const systems: readonly System[] = createSystems({
  origin,
  database: sqliteDatabase(':memory:'),
  shared: sharedWithNobody(),
  processes: 1,
  spread: async () => undefined,
  processor: {
    port: Promise.resolve(0),
    pid: undefined,
    knows: () => false,
    pay: () => Promise.reject(new Error('nobody pays')),
    lookUp: () => Promise.reject(new Error('nobody pays')),
    stop: () => Promise.resolve(),
  } satisfies Environment['processor'],
  log: () => undefined,
})

/** Each with what its error page documents. */
export const documentedApis: readonly (readonly [DocumentedSystem, System])[] = documentedSystems.map((documented) => {
  const system = systems.find(({ name }) => name === documented.name)
  if (system === undefined) throw new Error(`the sandbox has no system ${documented.name}`)
  return [documented, system] as const
})
