import { type Api, type Contract, createApi, defineContract, operationsFor, reply } from 'culpa'
import { z } from 'zod'
import { describeSystems } from './description.ts'
import type { Environment } from './environment.ts'
import { catalogPage, codePage, indexPage, pageHeaders } from './site-pages.ts'
import type { System } from './system.ts'

/** What stands beside the six systems: the page, their reference, their description, the switch for maintenance. */
export function siteApi({ origin, log }: Environment, systems: readonly System[]): Api {
  const contract = defineContract({
    name: 'sandbox',
    docs: `${origin}/sandbox/errors`,
    errors: {
      system_unknown: {
        status: 404,
        message: 'The sandbox has no system of this name.',
        fix: 'GET /sandbox.json names them.',
      },
    },
  })
  const operation = operationsFor(contract)
  const contracts = new Map<string, Contract>(
    [...systems.map(({ api }) => api.contract), contract].map((one) => [one.name, one]),
  )
  const html = (text: string) => reply(200, text, pageHeaders)
  const produces = ['text/html']

  return createApi({
    contract,
    log,
    cors: { origins: '*' },
    operations: [
      operation('GET /', { summary: 'The page', produces, handler: () => html(indexPage(systems)) }),
      operation('GET /sandbox.json', { summary: 'All systems, for programs', handler: () => describeSystems(systems) }),
      operation('PUT /sandbox/maintenance', {
        summary: 'Turns maintenance of a system on and off',
        body: z.strictObject({
          system: z.string(),
          on: z.boolean(),
          retry_after: z.number().int().min(1).max(86_400).default(60),
        }),
        errors: ['system_unknown'],
        handler({ body, errors }) {
          const system = systems.find(({ name }) => name === body.system)
          if (system === undefined) throw errors.system_unknown({ param: 'system' })
          if (body.on) system.maintenance.start(body.retry_after)
          else system.maintenance.stop()
          return { system: system.name, on: body.on, retry_after: body.on ? body.retry_after : null }
        },
      }),
      operation('GET /:system/errors', {
        summary: 'The reference of a system',
        produces,
        errors: ['system_unknown'],
        handler({ params, errors }) {
          const found = contracts.get(params.system)
          if (found === undefined) throw errors.system_unknown()
          return html(catalogPage(found))
        },
      }),
      operation('GET /:system/errors/:code', {
        summary: 'The page of a code',
        produces,
        errors: ['system_unknown', 'resource_missing'],
        handler({ params, errors }) {
          const found = contracts.get(params.system)
          if (found === undefined) throw errors.system_unknown()
          const error = [...found.codes.values()].find(({ code }) => code === params.code)
          if (error === undefined) throw errors.resource_missing({ param: 'code' })
          return html(codePage(found, error))
        },
      }),
    ],
  })
}
