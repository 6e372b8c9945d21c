import { operationsFor } from 'culpa'
import { listAnswer, listOf, owned, ownedErrors, shownList } from '../../schemas.ts'
import type { CurrentsContract } from './contract.ts'
import { RunList, RunSearch, ShownRun, showRun } from './model.ts'
import type { CurrentsTables } from './tables.ts'

const maxFound = 100

/** Retrieve, list, search. */
export function runListOperations(contract: CurrentsContract, { projects, runs, runsWith }: CurrentsTables) {
  const operation = operationsFor(contract)
  return [
    operation('GET /currents/v1/runs/search', {
      summary: 'Find the runs of a build',
      returns: shownList(ShownRun),
      scopes: ['runs:read'],
      limit: 'reads',
      query: RunSearch,
      errors: ['resource_missing'],
      handler({ query, caller, errors }) {
        const found = runsWith(caller.tenant, 'ciBuildId', query.ciBuildId, maxFound)
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
      handler: ({ params, caller }) => showRun(owned(runs, params.id, caller, contract)),
    }),
    operation('GET /currents/v1/runs', {
      summary: 'List runs, of all projects or of one',
      returns: shownList(ShownRun),
      scopes: ['runs:read'],
      limit: 'reads',
      query: RunList,
      errors: [...ownedErrors],
      handler({ query, caller }) {
        const { projectId, limit, starting_after } = query
        if (projectId === undefined) return listAnswer(listOf(runs, caller, query), showRun)
        owned(projects, projectId, caller, contract, 'projectId')
        if (starting_after !== undefined) owned(runs, starting_after, caller, contract, 'starting_after')
        return listAnswer(runsWith(caller.tenant, 'projectId', projectId, limit, starting_after), showRun)
      },
    }),
  ]
}
