import type { Work } from '../../database/work.ts'
import type { Environment } from '../../environment.ts'
import { createSystem } from '../../system.ts'
import { otherTenant, ownTenant } from '../../test-keys.ts'
import { chargeOperations } from './charges.ts'
import { stripeContract } from './contract.ts'
import { customerOperations } from './customers.ts'
import type { Charge, Customer } from './model.ts'
import { refundOperations } from './refunds.ts'
import { charges, customers } from './tables.ts'
import { stripeSurface, stripeTriggers } from './triggers.ts'

/** The API that the other five follow: customers, charges, refunds, as Stripe's own clients call them. */
export function stripeSystem(environment: Environment) {
  const contract = stripeContract(environment.origin)
  return createSystem(environment, {
    base: '/v1',
    prefix: 'sk',
    contract,
    operations: [
      ...customerOperations(environment, contract),
      ...chargeOperations(environment, contract),
      ...refundOperations(environment, contract),
    ],
    scopes: ['customers:read', 'customers:write', 'charges:read', 'charges:write'],
    surface: stripeSurface,
    triggers: stripeTriggers,
    seed,
  })
}

/** For a typed client: `createClient<StripeApi>`. */
export type StripeApi = ReturnType<typeof stripeSystem>['api']

/** Ids that the triggers start from; what is there already stays as it is. */
function* seed(): Work<void> {
  yield* customers.insert(ownTenant('stripe'), emptyCustomer, { id: 'cus_deleted' })
  yield* customers.delete('cus_deleted')
  yield* customers.insert(otherTenant('stripe'), emptyCustomer, { id: 'cus_of_another_org' })
  yield* charges.insert(ownTenant('stripe'), refundedCharge, { id: 'ch_refunded' })
  yield* charges.insert(ownTenant('stripe'), { ...refundedCharge, amount_refunded: 1500 }, { id: 'ch_partly_refunded' })
}

const emptyCustomer: Customer = { email: null, name: null, description: null, phone: null, metadata: {} }
const refundedCharge: Charge = {
  amount: 2000,
  currency: 'usd',
  customer: null,
  description: null,
  metadata: {},
  card: { brand: 'visa', last4: '4242', fingerprint: 'f1e2d3c4' },
  amount_refunded: 2000,
}
