import { operationsFor } from 'culpa'
import type { Environment } from '../../environment.ts'
import { listAnswer, listOf, owned, ownedErrors, shownList } from '../../schemas.ts'
import type { CurrentsContract } from './contract.ts'
import { RunList, RunSearch, ShownRun, showRun } from './model.ts'
import { projects, runs, runsWith } from './tables.ts'

const maxFound = 100

/** Retrieve, list, search. */
export function runListOperations({ database }: Environment, contract: CurrentsContract) {
  const operation = operationsFor(contract)
  return [
    operation('GET /currents/v1/runs/search', {
      summary: 'Find the runs of a build',
      returns: shownList(ShownRun),
      scopes: ['runs:read'],
      limit: 'reads',
      query: RunSearch,
      errors: ['resource_missing'],
      async handler({ query, caller, errors }) {
        const found = await database.run(() => runsWith(caller.tenant, 'ciBuildId', query.ciBuildId, maxFound))
        if (found.items.length === 0) throw errors.resource_missing({ param: 'ciBuildId' })
        return listAnswer(found, showRun)
      },
    }),
    operation('GET /currents/v1/runs/:id', {
      summary: 'Retrieve a run',
      returns: ShownRun,
      scopes: ['runs:read'],
      limit: 'reads',
      errors: [...ownedErrors],
      handler: async ({ params, caller }) =>
        showRun(await database.run(() => owned(runs, params.id, caller, contract))),
    }),
    operation('GET /currents/v1/runs', {
      summary: 'List runs, of all projects or of one',
      returns: shownList(ShownRun),
      scopes: ['runs:read'],
      limit: 'reads',
      query: RunList,
      errors: [...ownedErrors],
      async handler({ query, caller }) {
        const { projectId, limit, starting_after } = query
        const found = await database.run(function* () {
          if (projectId === undefined) return yield* listOf(runs, caller, query)
          yield* owned(projects, projectId, caller, contract, 'projectId')
          if (starting_after !== undefined) yield* owned(runs, starting_after, caller, contract, 'starting_after')
          return yield* runsWith(caller.tenant, 'projectId', projectId, limit, starting_after)
        })
        return listAnswer(found, showRun)
      },
    }),
  ]
}
