import { operationsFor } from 'culpa'
import type { Environment } from '../../environment.ts'
import { listAnswer, listQuery, owned, ownedErrors, shownDeleted, shownList } from '../../schemas.ts'
import type { CaptureContract } from './contract.ts'
import { NewProspect, ProspectSearch, ShownProspect, showProspect } from './model.ts'
import { prospects } from './tables.ts'
import { listVisible, visible } from './visibility.ts'

/** Create, search, retrieve, list, delete. */
export function prospectOperations({ database }: Environment, contract: CaptureContract) {
  const operation = operationsFor(contract)
  return [
    operation('POST /capture/v1/prospects', {
      summary: 'Create a prospect',
      returns: ShownProspect,
      scopes: ['prospects:write'],
      limit: 'writes',
      idempotency: 'optional',
      maxBodyBytes: 65_536,
      body: NewProspect,
      errors: ['resource_exists'],
      handler: ({ body: { email, name = null, hidden }, caller, errors, tx }) =>
        database.run(function* () {
          const made = yield* prospects.insert(caller.tenant, { email, name, hidden }, { naturalKey: email })
          if (made === undefined) throw errors.resource_exists({ param: 'email' })
          return showProspect(made)
        }, tx),
    }),
    operation('GET /capture/v1/prospects/search', {
      summary: 'Find the prospect with an e-mail address',
      returns: ShownProspect,
      scopes: ['prospects:read'],
      limit: 'reads',
      query: ProspectSearch,
      errors: ['resource_missing', 'prospect_hidden'],
      async handler({ query, caller, errors }) {
        const found = await database.run(() => prospects.findByNaturalKey(caller.tenant, query.email))
        if (found === undefined) throw errors.resource_missing({ param: 'email' })
        return showProspect(visible(found, caller, contract, 'email'))
      },
    }),
    operation('GET /capture/v1/prospects/:id', {
      summary: 'Retrieve a prospect',
      returns: ShownProspect,
      scopes: ['prospects:read'],
      limit: 'reads',
      errors: ['prospect_hidden', ...ownedErrors],
      async handler({ params, caller }) {
        const prospect = await database.run(() => owned(prospects, params.id, caller, contract))
        return showProspect(visible(prospect, caller, contract))
      },
    }),
    operation('GET /capture/v1/prospects', {
      summary: 'List prospects',
      returns: shownList(ShownProspect),
      scopes: ['prospects:read'],
      limit: 'reads',
      query: listQuery,
      errors: ['resource_missing'],
      handler: async ({ query, caller }) =>
        listAnswer(await database.run(() => listVisible(prospects, caller, query)), showProspect),
    }),
    operation('DELETE /capture/v1/prospects/:id', {
      summary: 'Delete a prospect',
      returns: shownDeleted('prospect'),
      scopes: ['prospects:write'],
      limit: 'writes',
      idempotency: 'optional',
      errors: ['prospect_hidden', ...ownedErrors],
      handler: ({ params, caller, tx }) =>
        database.run(function* () {
          const { id } = visible(yield* owned(prospects, params.id, caller, contract), caller, contract)
          yield* prospects.delete(id)
          return { id, object: 'prospect', deleted: true }
        }, tx),
    }),
  ]
}
