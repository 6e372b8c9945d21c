import { operationsFor } from 'culpa'
import type { Environment } from '../../environment.ts'
import { listAnswer, listOf, listQuery, owned, ownedErrors, shownList } from '../../schemas.ts'
import type { CurrentsContract } from './contract.ts'
import { ShownProject, showProject } from './model.ts'
import { projects } from './tables.ts'

/** List, retrieve. */
export function projectOperations({ database }: Environment, contract: CurrentsContract) {
  const operation = operationsFor(contract)
  return [
    operation('GET /currents/v1/projects', {
      summary: 'List projects',
      returns: shownList(ShownProject),
      scopes: ['projects:read'],
      limit: 'reads',
      query: listQuery,
      errors: ['resource_missing'],
      handler: async ({ query, caller }) =>
        listAnswer(await database.run(() => listOf(projects, caller, query)), showProject),
    }),
    operation('GET /currents/v1/projects/:id', {
      summary: 'Retrieve a project',
      returns: ShownProject,
      scopes: ['projects:read'],
      limit: 'reads',
      errors: [...ownedErrors],
      handler: async ({ params, caller }) =>
        showProject(await database.run(() => owned(projects, params.id, caller, contract))),
    }),
  ]
}
