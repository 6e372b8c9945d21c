import { type Api, type Contract, createApi, operationsFor, reply } from 'culpa'
import { describeSystems } from './description.ts'
import type { Environment } from './environment.ts'
import { maintenanceSwitch } from './maintenance-switch.ts'
import { type SiteContract, siteContract } from './site-contract.ts'
import { catalogPage, codePage, pageHeaders } from './site-pages.ts'
import type { System } from './system.ts'

const produces = ['text/html']

/** What stands beside the six systems: their reference, their description, the switch for maintenance. */
export function siteApi({ origin, log }: Environment, systems: readonly System[]): Api {
  const contract = siteContract(origin)
  const operation = operationsFor(contract)
  return createApi({
    contract,
    log,
    operations: [
      operation('GET /sandbox.json', { summary: 'All systems, for programs', handler: () => describeSystems(systems) }),
      maintenanceSwitch(contract, origin, systems),
      ...referenceOperations(contract, systems),
    ],
  })
}

function referenceOperations(contract: SiteContract, systems: readonly System[]) {
  const operation = operationsFor(contract)
  const contracts = new Map<string, Contract>(
    [...systems.map(({ api }) => api.contract), contract].map((one) => [one.name, one]),
  )

  function contractOf(system: string): Contract {
    const found = contracts.get(system)
    if (found === undefined) throw contract.errors.system_unknown()
    return found
  }

  return [
    operation('GET /:system/errors', {
      summary: 'The reference of a system',
      produces,
      errors: ['system_unknown'],
      handler: ({ params }) => html(catalogPage(contractOf(params.system))),
    }),
    operation('GET /:system/errors/:code', {
      summary: 'The page of a code',
      produces,
      errors: ['system_unknown', 'resource_missing'],
      handler({ params, errors }) {
        const found = contractOf(params.system)
        const error = [...found.codes.values()].find(({ code }) => code === params.code)
        if (error === undefined) throw errors.resource_missing({ param: 'code' })
        return html(codePage(found, error))
      },
    }),
  ]
}

function html(text: string) {
  return reply(200, text, pageHeaders)
}
