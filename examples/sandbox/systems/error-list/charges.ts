import { type ApiError, operationsFor, several } from 'culpa'
import type { z } from 'zod'
import type { Environment } from '../../environment.ts'
import { cardOf, pay, reconcile, unknownInstrument } from '../../payments.ts'
import type { Payment } from '../../processor-client.ts'
import { listOf, listQuery, owned, ownedErrors, paymentErrors } from '../../schemas.ts'
import type { ErrorListContract } from './contract.ts'
import { type Charge, ChargeSearch, currencies, minimumAmount, NewCharge, showCharge } from './model.ts'
import type { ErrorListTables } from './tables.ts'

const maxFound = 100

/** Create, retrieve, list, search. A charge pays through the processor, so creating one runs in lease mode. */
export function chargeOperations(
  environment: Environment,
  contract: ErrorListContract,
  { charges, findByDescription }: ErrorListTables,
) {
  const operation = operationsFor(contract)

  /** All that is wrong with a charge at once: this API reports every problem, not only the first. */
  function problemsOf({ amount, currency, source }: z.infer<typeof NewCharge>): ApiError[] {
    const { errors } = contract
    return [
      ...(amount < minimumAmount ? [errors.amount_too_small({ param: 'amount' })] : []),
      ...(currencies.includes(currency) ? [] : [errors.currency_unsupported({ param: 'currency' })]),
      ...(environment.processor.knows(source) ? [] : [unknownInstrument('source')]),
    ]
  }

  function recordCharge(tenant: string, body: z.infer<typeof NewCharge>, payment: Payment): object {
    const { amount, currency, description = null } = body
    const data: Charge = { amount, currency, description, card: cardOf(payment) }
    const id = `chg_${payment.id}`
    return showCharge(charges.insert(tenant, data, { id }) ?? charges.find(id)!)
  }

  return [
    operation('POST /error-list/v1/charges', {
      summary: 'Charge a card',
      scopes: ['charges:write'],
      limit: 'writes',
      cost: 5,
      idempotency: 'optional',
      mode: 'lease',
      maxBodyBytes: 65_536,
      body: NewCharge,
      sensitive: ['source'],
      errors: ['card_declined', 'amount_too_small', 'currency_unsupported', ...paymentErrors],
      async handler({ body, caller, errors, ...input }) {
        const problems = problemsOf(body)
        if (problems.length > 0) throw several(problems)
        const { amount, currency, source: instrument } = body
        const payment = await pay(environment, input, { amount, currency, instrument })
        if (payment === 'network_unreachable') throw errors.upstream_invalid({ noEffect: true })
        if (payment.result === 'declined') throw errors.card_declined({ param: 'source' })
        return recordCharge(caller.tenant, body, payment)
      },
      reconcile: ({ body, caller }, stepKey) =>
        reconcile(environment, stepKey, (payment) => recordCharge(caller.tenant, body, payment)),
    }),
    operation('GET /error-list/v1/charges/search', {
      summary: 'Find charges by their description',
      scopes: ['charges:read'],
      limit: 'reads',
      query: ChargeSearch,
      errors: ['resource_missing'],
      handler({ query, caller, errors }) {
        const found = findByDescription(caller.tenant, query.description, maxFound + 1)
        if (found.length === 0) throw errors.resource_missing({ param: 'description' })
        return { data: found.slice(0, maxFound).map(showCharge), has_more: found.length > maxFound }
      },
    }),
    operation('GET /error-list/v1/charges/:id', {
      summary: 'Retrieve a charge',
      scopes: ['charges:read'],
      limit: 'reads',
      errors: [...ownedErrors],
      handler: ({ params, caller }) => showCharge(owned(charges, params.id, caller, contract)),
    }),
    operation('GET /error-list/v1/charges', {
      summary: 'List charges',
      scopes: ['charges:read'],
      limit: 'reads',
      query: listQuery,
      errors: ['resource_missing'],
      handler({ query, caller }) {
        const { items, hasMore } = listOf(charges, caller, query)
        return { data: items.map(showCharge), has_more: hasMore }
      },
    }),
  ]
}
