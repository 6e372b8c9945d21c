import { operationsFor } from 'culpa'
import { owned, ownedErrors } from '../../schemas.ts'
import type { StripeContract } from './contract.ts'
import { NewRefund, type Refund, ShownRefund, showRefund } from './model.ts'
import type { StripeTables } from './tables.ts'

/** Create. Charge and refund change together, in one transaction. */
export function refundOperations(contract: StripeContract, { charges, refunds }: StripeTables) {
  const operation = operationsFor(contract)
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
      handler({ body, caller, errors }) {
        const charge = owned(charges, body.charge, caller, contract, 'charge')
        const left = charge.data.amount - charge.data.amount_refunded
        if (left === 0) throw errors.charge_already_refunded({ param: 'charge' })
        const refunded = body.amount ?? left
        if (refunded > left) throw errors.refund_exceeds_charge({ param: 'amount' })
        charges.update(
          charge.id,
          { ...charge.data, amount_refunded: charge.data.amount_refunded + refunded },
          charge.version,
        )
        const refund: Refund = {
          amount: refunded,
          currency: charge.data.currency,
          charge: charge.id,
          reason: body.reason ?? null,
          metadata: body.metadata ?? {},
        }
        return showRefund(refunds.insert(caller.tenant, refund)!)
      },
    }),
  ]
}
