import type { Work } from '../../database/work.ts'
import type { Environment } from '../../environment.ts'
import { createSystem } from '../../system.ts'
import { otherTenant, ownTenant } from '../../test-keys.ts'
import { changeOperations } from './changes.ts'
import { fieldErrorsContract } from './contract.ts'
import type { Payment } from './model.ts'
import { paymentOperations } from './payments.ts'
import { reportOperations } from './reports.ts'
import { payments } from './tables.ts'
import { fieldErrorsSurface, fieldErrorsTriggers } from './triggers.ts'

/** An API behind forms: payments that can be changed and locked, and reports about them. */
export function fieldErrorsSystem(environment: Environment) {
  const contract = fieldErrorsContract(environment.origin)
  return createSystem(environment, {
    base: '/field-errors/v1',
    prefix: 'fe',
    contract,
    operations: [
      ...paymentOperations(environment, contract),
      ...changeOperations(environment, contract),
      ...reportOperations(environment, contract),
    ],
    scopes: ['payments:read', 'payments:write', 'reports:read'],
    surface: fieldErrorsSurface,
    triggers: fieldErrorsTriggers,
    seed,
  })
}

/** For a typed client: `createClient<FieldErrorsApi>`. */
export type FieldErrorsApi = ReturnType<typeof fieldErrorsSystem>['api']

/** Ids that the triggers start from; what is there already stays as it is. */
function* seed(): Work<void> {
  const own = ownTenant('field-errors')
  yield* payments.insert(own, seedPayment, { id: 'pay_1' })
  yield* payments.insert(own, { ...seedPayment, locked: true }, { id: 'pay_locked' })
  yield* payments.insert(own, seedPayment, { id: 'pay_changed' })
  yield* payments.update('pay_changed', { ...seedPayment, amount: 1500 }, 1)
  yield* payments.insert(own, seedPayment, { id: 'pay_deleted' })
  yield* payments.delete('pay_deleted')
  yield* payments.insert(otherTenant('field-errors'), seedPayment, { id: 'pay_of_another_org' })
}

const seedPayment: Payment = {
  email: 'jenny@example.com',
  amount: 2000,
  currency: 'usd',
  reference: null,
  locked: false,
  card: { brand: 'visa', last4: '4242', fingerprint: 'f1e2d3c4' },
}
