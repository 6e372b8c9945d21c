import { operationsFor } from 'culpa'
import type { Environment } from '../../environment.ts'
import { listOf, listQuery, owned, ownedErrors, shownDeleted } from '../../schemas.ts'
import type { StripeContract } from './contract.ts'
import { type Customer, list, NewCustomer, ShownCustomer, showCustomer, shownPage } from './model.ts'
import { customers } from './tables.ts'

/** Create, retrieve, list, delete. */
export function customerOperations({ database }: Environment, contract: StripeContract) {
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
      handler({ body, caller, errors, tx }) {
        const { id, email, name: full, description, phone, metadata: data } = body
        const customer: Customer = {
          email: email ?? null,
          name: full ?? null,
          description: description ?? null,
          phone: phone ?? null,
          metadata: data ?? {},
        }
        return database.run(function* () {
          const made = yield* customers.insert(caller.tenant, customer, id === undefined ? {} : { id })
          if (made === undefined) throw errors.resource_exists({ param: 'id' })
          return showCustomer(made)
        }, tx)
      },
    }),
    operation('GET /v1/customers/:id', {
      summary: 'Retrieve a customer',
      returns: ShownCustomer,
      scopes: ['customers:read'],
      limit: 'reads',
      errors: [...ownedErrors],
      handler: async ({ params, caller }) =>
        showCustomer(await database.run(() => owned(customers, params.id, caller, contract))),
    }),
    operation('GET /v1/customers', {
      summary: 'List customers',
      returns: shownPage(ShownCustomer),
      scopes: ['customers:read'],
      limit: 'reads',
      query: listQuery,
      errors: ['resource_missing'],
      handler: async ({ query, caller }) =>
        list('/v1/customers', await database.run(() => listOf(customers, caller, query)), showCustomer),
    }),
    operation('DELETE /v1/customers/:id', {
      summary: 'Delete a customer',
      returns: shownDeleted('customer'),
      scopes: ['customers:write'],
      limit: 'writes',
      idempotency: 'optional',
      errors: [...ownedErrors],
      handler: ({ params, caller, tx }) =>
        database.run(function* () {
          const { id } = yield* owned(customers, params.id, caller, contract)
          yield* customers.delete(id)
          return { id, object: 'customer', deleted: true }
        }, tx),
    }),
  ]
}
