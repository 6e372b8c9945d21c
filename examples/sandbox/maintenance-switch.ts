import { operationsFor } from 'culpa'
import { z } from 'zod'
import type { Environment } from './environment.ts'
import type { SiteContract } from './site-contract.ts'
import type { System } from './system.ts'

const Switch = z.strictObject({
  system: z.string(),
  on: z.boolean(),
  /** Seconds. */
  retry_after: z.number().int().min(1).max(86_400).default(60),
})

/** Maintenance of a system, turned on or off. */
export interface MaintenanceChange {
  readonly system: string
  readonly on: boolean
  readonly retryAfterSeconds: number
}

/** The switch for maintenance: for programs and for the sandbox's own pages, not for any website a browser is on. */
export function maintenanceSwitch(contract: SiteContract, { origin, spread }: Environment, systems: readonly System[]) {
  const operation = operationsFor(contract)
  const ownOrigins = namesOf(origin)
  return operation('PUT /sandbox/maintenance', {
    summary: 'Turns maintenance of a system on and off',
    headers: { origin: z.string().optional() },
    body: Switch,
    errors: ['system_unknown', 'origin_foreign'],
    async handler({ headers, body, errors }) {
      if (headers.origin !== undefined && !ownOrigins.includes(headers.origin)) throw errors.origin_foreign()
      const system = systems.find(({ name }) => name === body.system)
      if (system === undefined) throw errors.system_unknown({ param: 'system' })
      await spread({ system: system.name, on: body.on, retryAfterSeconds: body.retry_after })
      return { system: system.name, on: body.on, retry_after: body.on ? body.retry_after : null }
    },
  })
}

/** The origin by all names of this machine, as browsers write them: the port is left out where it is the usual one. */
function namesOf(origin: string): readonly string[] {
  const { hostname } = new URL(origin)
  return [hostname, 'localhost', '127.0.0.1', '[::1]'].map(
    (name) => Object.assign(new URL(origin), { hostname: name }).origin,
  )
}
