import { type ApiError, operationsFor, several } from 'culpa'
import type { z } from 'zod'
import type { Environment } from '../../environment.ts'
import { cardOf, pay, reconcilePayment, unknownInstrument } from '../../payments.ts'
import type { Payment } from '../../processor-client.ts'
import { listAnswer, listOf, listQuery, owned, ownedErrors, paymentErrors, shownList } from '../../schemas.ts'
import type { ErrorListContract } from './contract.ts'
import { type Charge, ChargeSearch, currencies, minimumAmount, NewCharge, ShownCharge, showCharge } from './model.ts'
import { charges, findByDescription } from './tables.ts'

const maxFound = 100

/** Create, retrieve, list, search. A charge pays through the processor, so creating one runs in lease mode. */
export function chargeOperations(environment: Environment, contract: ErrorListContract) {
  return [createCharge(environment, contract), ...chargeReads(environment, contract)]
}

function createCharge(environment: Environment, contract: ErrorListContract) {
  const { database } = environment
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

  async function recordCharge(tenant: string, body: z.infer<typeof NewCharge>, payment: Payment) {
    const { amount, currency, description = null } = body
    const data: Charge = { amount, currency, description, card: cardOf(payment) }
    return showCharge(await database.run(() => charges.insertOnce(tenant, data, `chg_${payment.id}`)))
  }

  return operation('POST /error-list/v1/charges', {
    summary: 'Charge a card',
    returns: ShownCharge,
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
    reconcile: reconcilePayment(environment, recordCharge),
  })
}

function chargeReads({ database }: Environment, contract: ErrorListContract) {
  const operation = operationsFor(contract)
  return [
    operation('GET /error-list/v1/charges/search', {
      summary: 'Find charges by their description',
      returns: shownList(ShownCharge),
      scopes: ['charges:read'],
      limit: 'reads',
      query: ChargeSearch,
      errors: ['resource_missing'],
      async handler({ query, caller, errors }) {
        const found = await database.run(() => findByDescription(caller.tenant, query.description, maxFound))
        if (found.items.length === 0) throw errors.resource_missing({ param: 'description' })
        return listAnswer(found, showCharge)
      },
    }),
    operation('GET /error-list/v1/charges/:id', {
      summary: 'Retrieve a charge',
      returns: ShownCharge,
      scopes: ['charges:read'],
      limit: 'reads',
      errors: [...ownedErrors],
      handler: async ({ params, caller }) =>
        showCharge(await database.run(() => owned(charges, params.id, caller, contract))),
    }),
    operation('GET /error-list/v1/charges', {
      summary: 'List charges',
      returns: shownList(ShownCharge),
      scopes: ['charges:read'],
      limit: 'reads',
      query: listQuery,
      errors: ['resource_missing'],
      handler: async ({ query, caller }) =>
        listAnswer(await database.run(() => listOf(charges, caller, query)), showCharge),
    }),
  ]
}
