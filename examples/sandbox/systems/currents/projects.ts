import { operationsFor } from 'culpa'
import { listAnswer, listOf, listQuery, owned, ownedErrors, shownList } from '../../schemas.ts'
import type { CurrentsContract } from './contract.ts'
import { ShownProject, showProject } from './model.ts'
import type { CurrentsTables } from './tables.ts'

/** List, retrieve. */
export function projectOperations(contract: CurrentsContract, { projects }: CurrentsTables) {
  const operation = operationsFor(contract)
  return [
    operation('GET /currents/v1/projects', {
      summary: 'List projects',
      returns: shownList(ShownProject),
      scopes: ['projects:read'],
      limit: 'reads',
      query: listQuery,
      errors: ['resource_missing'],
      handler: ({ query, caller }) => listAnswer(listOf(projects, caller, query), showProject),
    }),
    operation('GET /currents/v1/projects/:id', {
      summary: 'Retrieve a project',
      returns: ShownProject,
      scopes: ['projects:read'],
      limit: 'reads',
      errors: [...ownedErrors],
      handler: ({ params, caller }) => showProject(owned(projects, params.id, caller, contract)),
    }),
  ]
}
