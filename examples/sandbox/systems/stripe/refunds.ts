import { type Caller, operationsFor } from 'culpa'
import type { z } from 'zod'
import type { Work } from '../../database/work.ts'
import type { Environment } from '../../environment.ts'
import { owned, ownedErrors } from '../../schemas.ts'
import type { StripeContract } from './contract.ts'
import { NewRefund, type Refund, ShownRefund, showRefund } from './model.ts'
import { charges, refunds } from './tables.ts'

/** Create. Charge and refund change together, in one transaction. */
export function refundOperations({ database }: Environment, contract: StripeContract) {
  const operation = operationsFor(contract)
  const { charge_already_refunded, refund_exceeds_charge } = contract.errors

  /** Takes the amount from what is left of the charge. Somebody may be refunding it at the same time: then looks again. */
  function* takeBack(body: z.infer<typeof NewRefund>, caller: Caller): Work<Pick<Refund, 'amount' | 'currency'>> {
    for (;;) {
      const { id, data, version } = yield* owned(charges, body.charge, caller, contract, 'charge')
      const left = data.amount - data.amount_refunded
      if (left === 0) throw charge_already_refunded({ param: 'charge' })
      const amount = body.amount ?? left
      if (amount > left) throw refund_exceeds_charge({ param: 'amount' })
      const refunded = { ...data, amount_refunded: data.amount_refunded + amount }
      if ((yield* charges.update(id, refunded, version)) !== undefined) return { amount, currency: data.currency }
    }
  }

  return [
    operation('POST /v1/refunds', {
      summary: 'Refund a charge',
      returns: ShownRefund,
      scopes: ['charges:write'],
      limit: 'writes',
      idempotency: 'optional',
      consumes: ['application/x-www-form-urlencoded'],
      maxBodyBytes: 65_536,
      body: NewRefund,
      errors: ['charge_already_refunded', 'refund_exceeds_charge', ...ownedErrors],
      handler: ({ body, caller, tx }) =>
        database.run(function* () {
          const refund: Refund = {
            ...(yield* takeBack(body, caller)),
            charge: body.charge,
            reason: body.reason ?? null,
            metadata: body.metadata ?? {},
          }
          return showRefund((yield* refunds.insert(caller.tenant, refund))!)
        }, tx),
    }),
  ]
}
