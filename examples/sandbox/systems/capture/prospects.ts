import { operationsFor } from 'culpa'
import { listAnswer, listQuery, owned, ownedErrors, shownDeleted, shownList } from '../../schemas.ts'
import type { CaptureContract } from './contract.ts'
import { NewProspect, ProspectSearch, ShownProspect, showProspect } from './model.ts'
import type { CaptureTables } from './tables.ts'
import { listVisible, visible } from './visibility.ts'

/** Create, search, retrieve, list, delete. */
export function prospectOperations(contract: CaptureContract, { prospects }: CaptureTables) {
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
      handler({ body, caller, errors }) {
        const { email, name, hidden } = body
        const made = prospects.insert(caller.tenant, { email, name: name ?? null, hidden }, { naturalKey: email })
        if (made === undefined) throw errors.resource_exists({ param: 'email' })
        return showProspect(made)
      },
    }),
    operation('GET /capture/v1/prospects/search', {
      summary: 'Find the prospect with an e-mail address',
      returns: ShownProspect,
      scopes: ['prospects:read'],
      limit: 'reads',
      query: ProspectSearch,
      errors: ['resource_missing', 'prospect_hidden'],
      handler({ query, caller, errors }) {
        const found = prospects.findByNaturalKey(caller.tenant, query.email)
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
      handler: ({ params, caller }) =>
        showProspect(visible(owned(prospects, params.id, caller, contract), caller, contract)),
    }),
    operation('GET /capture/v1/prospects', {
      summary: 'List prospects',
      returns: shownList(ShownProspect),
      scopes: ['prospects:read'],
      limit: 'reads',
      query: listQuery,
      errors: ['resource_missing'],
      handler: ({ query, caller }) => listAnswer(listVisible(prospects, caller, query), showProspect),
    }),
    operation('DELETE /capture/v1/prospects/:id', {
      summary: 'Delete a prospect',
      returns: shownDeleted('prospect'),
      scopes: ['prospects:write'],
      limit: 'writes',
      idempotency: 'optional',
      errors: ['prospect_hidden', ...ownedErrors],
      handler({ params, caller }) {
        const { id } = visible(owned(prospects, params.id, caller, contract), caller, contract)
        prospects.delete(id)
        return { id, object: 'prospect', deleted: true }
      },
    }),
  ]
}
