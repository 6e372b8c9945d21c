import { operationsFor } from 'culpa'
import { listAnswer, listOf, listQuery, owned, ownedErrors } from '../../schemas.ts'
import type { CurrentsContract } from './contract.ts'
import { showProject } from './model.ts'
import type { CurrentsTables } from './tables.ts'

/** List, retrieve. */
export function projectOperations(contract: CurrentsContract, { projects }: CurrentsTables) {
  const operation = operationsFor(contract)
  return [
    operation('GET /currents/v1/projects', {
      summary: 'List projects',
      scopes: ['projects:read'],
      limit: 'reads',
      query: listQuery,
      errors: ['resource_missing'],
      handler: ({ query, caller }) => listAnswer(listOf(projects, caller, query), showProject),
    }),
    operation('GET /currents/v1/projects/:id', {
      summary: 'Retrieve a project',
      scopes: ['projects:read'],
      limit: 'reads',
      errors: [...ownedErrors],
      handler: ({ params, caller }) => showProject(owned(projects, params.id, caller, contract)),
    }),
  ]
}
