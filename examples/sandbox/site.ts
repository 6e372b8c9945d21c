import { type Api, createApi, operationsFor, reply } from 'culpa'
import { describeSystems } from './description.ts'
import type { Environment } from './environment.ts'
import { llmsText } from './llms-text.ts'
import { maintenanceSwitch } from './maintenance-switch.ts'
import { siteContract } from './site-contract.ts'
import type { System } from './system.ts'

/** What stands beside the six systems: their description, for programs of both kinds, and the switch for maintenance. */
export function siteApi({ origin, log }: Environment, systems: readonly System[]): Api {
  const contract = siteContract(origin)
  const operation = operationsFor(contract)
  return createApi({
    contract,
    log,
    operations: [
      operation('GET /sandbox.json', { summary: 'All systems, for programs', handler: () => describeSystems(systems) }),
      operation('GET /llms.txt', {
        summary: 'The way to every reference, for programs that read',
        produces: ['text/plain'],
        handler: () => reply(200, llmsText(systems), [['content-type', 'text/plain; charset=utf-8']]),
      }),
      maintenanceSwitch(contract, origin, systems),
    ],
  })
}
