import { operationsFor } from 'culpa'
import type { Environment } from '../../environment.ts'
import { listAnswer, listOf, listQuery, owned, ownedErrors, shownList } from '../../schemas.ts'
import type { ConvergegateContract } from './contract.ts'
import { type Customer, CustomerSearch, NewCustomer, ShownCustomer, showCustomer } from './model.ts'
import { customers } from './tables.ts'

/** Create, search, retrieve, list. */
export function customerOperations({ database }: Environment, contract: ConvergegateContract) {
  const operation = operationsFor(contract)
  return [
    operation('POST /convergegate/v1/customers', {
      summary: 'Create a customer',
      returns: ShownCustomer,
      scopes: ['customers:write'],
      limit: 'writes',
      idempotency: 'optional',
      maxBodyBytes: 65_536,
      body: NewCustomer,
      errors: ['resource_exists'],
      handler({ body, caller, errors, tx }) {
        const { email, reference, name } = body
        const customer: Customer = { email, reference: reference ?? null, name: name ?? null }
        const options = reference === undefined ? {} : { naturalKey: reference }
        return database.run(function* () {
          const made = yield* customers.insert(caller.tenant, customer, options)
          if (made === undefined) throw errors.resource_exists({ param: 'reference' })
          return showCustomer(made)
        }, tx)
      },
    }),
    operation('GET /convergegate/v1/customers/search', {
      summary: 'Find the customer with a reference',
      returns: ShownCustomer,
      scopes: ['customers:read'],
      limit: 'reads',
      query: CustomerSearch,
      errors: ['resource_missing'],
      async handler({ query, caller, errors }) {
        const found = await database.run(() => customers.findByNaturalKey(caller.tenant, query.reference))
        if (found === undefined) throw errors.resource_missing({ param: 'reference' })
        return showCustomer(found)
      },
    }),
    operation('GET /convergegate/v1/customers/:id', {
      summary: 'Retrieve a customer',
      returns: ShownCustomer,
      scopes: ['customers:read'],
      limit: 'reads',
      errors: [...ownedErrors],
      handler: async ({ params, caller }) =>
        showCustomer(await database.run(() => owned(customers, params.id, caller, contract))),
    }),
    operation('GET /convergegate/v1/customers', {
      summary: 'List customers',
      returns: shownList(ShownCustomer),
      scopes: ['customers:read'],
      limit: 'reads',
      query: listQuery,
      errors: ['resource_missing'],
      handler: async ({ query, caller }) =>
        listAnswer(await database.run(() => listOf(customers, caller, query)), showCustomer),
    }),
  ]
}
