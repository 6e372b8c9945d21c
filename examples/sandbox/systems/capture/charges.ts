import { operationsFor } from 'culpa'
import type { z } from 'zod'
import type { Environment } from '../../environment.ts'
import { cardOf, pay, reconcilePayment, unknownInstrument } from '../../payments.ts'
import type { Payment } from '../../processor-client.ts'
import { listAnswer, listOf, listQuery, owned, ownedErrors, paymentErrors, shownList } from '../../schemas.ts'
import type { CaptureContract } from './contract.ts'
import { type Charge, NewCharge, ShownCharge, showCharge } from './model.ts'
import { charges, prospects } from './tables.ts'
import { visible } from './visibility.ts'

/** What the holder of a card may be told of a decline; of a lost or stolen card they are told nothing more. */
const messages: Readonly<Record<string, string>> = {
  insufficient_funds: 'Your card was declined: there is not enough money on the account.',
  expired_card: 'Your card was declined: it has expired.',
  incorrect_cvc: 'Your card was declined: the security code is wrong.',
  processing_error: 'Your card was declined: the bank could not process it right now.',
}

/** Create, list. A charge pays through the processor, so it runs in lease mode. */
export function chargeOperations(environment: Environment, contract: CaptureContract) {
  const { database } = environment
  const operation = operationsFor(contract)

  async function recordCharge(tenant: string, body: z.infer<typeof NewCharge>, payment: Payment) {
    const { prospect, amount, currency } = body
    const data: Charge = { prospect, amount, currency, card: cardOf(payment) }
    return showCharge(await database.run(() => charges.insertOnce(tenant, data, `capch_${payment.id}`)))
  }

  return [
    operation('POST /capture/v1/charges', {
      summary: 'Charge the card of a prospect',
      returns: ShownCharge,
      scopes: ['charges:write'],
      limit: 'writes',
      cost: 5,
      idempotency: 'optional',
      mode: 'lease',
      maxBodyBytes: 65_536,
      body: NewCharge,
      sensitive: ['source'],
      errors: ['card_declined', 'prospect_hidden', ...ownedErrors, ...paymentErrors],
      async handler({ body, caller, errors, ...input }) {
        const prospect = await database.run(() => owned(prospects, body.prospect, caller, contract, 'prospect'))
        visible(prospect, caller, contract, 'prospect')
        if (!environment.processor.knows(body.source)) throw unknownInstrument('source')
        const { amount, currency, source: instrument } = body
        const payment = await pay(environment, input, { amount, currency, instrument })
        if (payment === 'network_unreachable') throw errors.upstream_invalid({ noEffect: true })
        if (payment.result === 'declined') {
          const message = messages[payment.reason ?? '']
          throw errors.card_declined({ param: 'source', ...(message !== undefined && { message }) })
        }
        return recordCharge(caller.tenant, body, payment)
      },
      reconcile: reconcilePayment(environment, recordCharge),
    }),
    operation('GET /capture/v1/charges', {
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
