import { operationsFor } from 'culpa'
import { listOf, listQuery, owned, ownedErrors, shownDeleted } from '../../schemas.ts'
import type { StripeContract } from './contract.ts'
import { type Customer, list, NewCustomer, ShownCustomer, showCustomer, shownPage } from './model.ts'
import type { StripeTables } from './tables.ts'

/** Create, retrieve, list, delete. */
export function customerOperations(contract: StripeContract, { customers }: StripeTables) {
  const operation = operationsFor(contract)
  return [
    operation('POST /v1/customers', {
      summary: 'Create a customer',
      returns: ShownCustomer,
      scopes: ['customers:write'],
      limit: 'writes',
      idempotency: 'optional',
      consumes: ['application/x-www-form-urlencoded'],
      maxBodyBytes: 65_536,
      body: NewCustomer,
      errors: ['resource_exists'],
      handler({ body, caller, errors }) {
        const { id, email, name: full, description, phone, metadata: data } = body
        const customer: Customer = {
          email: email ?? null,
          name: full ?? null,
          description: description ?? null,
          phone: phone ?? null,
          metadata: data ?? {},
        }
        const made = customers.insert(caller.tenant, customer, id === undefined ? {} : { id })
        if (made === undefined) throw errors.resource_exists({ param: 'id' })
        return showCustomer(made)
      },
    }),
    operation('GET /v1/customers/:id', {
      summary: 'Retrieve a customer',
      returns: ShownCustomer,
      scopes: ['customers:read'],
      limit: 'reads',
      errors: [...ownedErrors],
      handler: ({ params, caller }) => showCustomer(owned(customers, params.id, caller, contract)),
    }),
    operation('GET /v1/customers', {
      summary: 'List customers',
      returns: shownPage(ShownCustomer),
      scopes: ['customers:read'],
      limit: 'reads',
      query: listQuery,
      errors: ['resource_missing'],
      handler: ({ query, caller }) => list('/v1/customers', listOf(customers, caller, query), showCustomer),
    }),
    operation('DELETE /v1/customers/:id', {
      summary: 'Delete a customer',
      returns: shownDeleted('customer'),
      scopes: ['customers:write'],
      limit: 'writes',
      idempotency: 'optional',
      errors: [...ownedErrors],
      handler({ params, caller }) {
        const { id } = owned(customers, params.id, caller, contract)
        customers.delete(id)
        return { id, object: 'customer', deleted: true }
      },
    }),
  ]
}
