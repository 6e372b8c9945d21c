import { operationsFor } from 'culpa'
import type { z } from 'zod'
import type { Environment } from '../../environment.ts'
import { cardOf, pay, reconcilePayment } from '../../payments.ts'
import type { Payment } from '../../processor-client.ts'
import { listOf, listQuery, owned, ownedErrors, paymentErrors } from '../../schemas.ts'
import type { StripeContract } from './contract.ts'
import { type Charge, list, NewCharge, ShownCharge, showCharge, shownPage } from './model.ts'
import { charges, customers } from './tables.ts'

/** Codes that Stripe gives to some declines; the rest are `card_declined`. */
const declineCodes = {
  expired_card: 'expired_card',
  incorrect_cvc: 'incorrect_cvc',
  processing_error: 'processing_error',
} as const

/** Create, retrieve, list. A charge pays through the processor, so it runs in lease mode. */
export function chargeOperations(environment: Environment, contract: StripeContract) {
  return [createCharge(environment, contract), ...chargeReads(environment, contract)]
}

function createCharge(environment: Environment, contract: StripeContract) {
  const { database } = environment
  const operation = operationsFor(contract)

  async function recordCharge(tenant: string, body: z.infer<typeof NewCharge>, payment: Payment) {
    const data: Charge = {
      amount: body.amount,
      currency: body.currency,
      customer: body.customer ?? null,
      description: body.description ?? null,
      metadata: body.metadata ?? {},
      card: cardOf(payment),
      amount_refunded: 0,
    }
    return showCharge(await database.run(() => charges.insertOnce(tenant, data, `ch_${payment.id}`)))
  }

  return operation('POST /v1/charges', {
    summary: 'Charge a card',
    returns: ShownCharge,
    scopes: ['charges:write'],
    limit: 'writes',
    cost: 5,
    idempotency: 'optional',
    mode: 'lease',
    consumes: ['application/x-www-form-urlencoded'],
    maxBodyBytes: 65_536,
    body: NewCharge,
    sensitive: ['source'],
    errors: [
      'card_declined',
      'expired_card',
      'incorrect_cvc',
      'processing_error',
      'card_network_unavailable',
      'amount_too_small',
      ...ownedErrors,
      ...paymentErrors,
    ],
    async handler({ body, caller, errors, ...input }) {
      if (body.amount < 50) throw errors.amount_too_small({ param: 'amount' })
      const { customer } = body
      if (customer !== undefined) await database.run(() => owned(customers, customer, caller, contract, 'customer'))
      const instrument = typeof body.source === 'string' ? body.source : body.source.number
      if (!environment.processor.knows(instrument)) {
        throw errors.resource_missing({ param: 'source', message: 'There is no such source.' })
      }
      const payment = await pay(environment, input, { amount: body.amount, currency: body.currency, instrument })
      if (payment === 'network_unreachable') throw errors.card_network_unavailable({ noEffect: true })
      if (payment.result === 'declined') {
        const reason = payment.reason ?? 'generic_decline'
        const code = declineCodes[reason as keyof typeof declineCodes] ?? 'card_declined'
        const param = code === 'incorrect_cvc' ? { param: 'cvc' } : {}
        throw errors[code]({ ...param, details: { decline_code: reason, charge: `ch_${payment.id}` } })
      }
      return recordCharge(caller.tenant, body, payment)
    },
    reconcile: reconcilePayment(environment, recordCharge),
  })
}

function chargeReads({ database }: Environment, contract: StripeContract) {
  const operation = operationsFor(contract)
  return [
    operation('GET /v1/charges/:id', {
      summary: 'Retrieve a charge',
      returns: ShownCharge,
      scopes: ['charges:read'],
      limit: 'reads',
      errors: [...ownedErrors],
      handler: async ({ params, caller }) =>
        showCharge(await database.run(() => owned(charges, params.id, caller, contract))),
    }),
    operation('GET /v1/charges', {
      summary: 'List charges',
      returns: shownPage(ShownCharge),
      scopes: ['charges:read'],
      limit: 'reads',
      query: listQuery,
      errors: ['resource_missing'],
      handler: async ({ query, caller }) =>
        list('/v1/charges', await database.run(() => listOf(charges, caller, query)), showCharge),
    }),
  ]
}
