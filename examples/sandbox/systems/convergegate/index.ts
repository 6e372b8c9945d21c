import type { Work } from '../../database/work.ts'
import type { Environment } from '../../environment.ts'
import { createSystem } from '../../system.ts'
import { otherTenant, ownTenant } from '../../test-keys.ts'
import { chargeOperations } from './charges.ts'
import { convergegateContract } from './contract.ts'
import { customerOperations } from './customers.ts'
import type { Customer } from './model.ts'
import { customers } from './tables.ts'
import { convergegateSurface, convergegateTriggers } from './triggers.ts'
import { voucherOperations } from './vouchers.ts'

/** Customers pay with vouchers: an API without 403, whose declines say which charge they concern. */
export function convergegateSystem(environment: Environment) {
  const contract = convergegateContract(environment.origin)
  return createSystem(environment, {
    base: '/convergegate/v1',
    prefix: 'cg',
    contract,
    operations: [
      ...customerOperations(environment, contract),
      ...voucherOperations(environment, contract),
      ...chargeOperations(environment, contract),
    ],
    scopes: ['customers:read', 'customers:write', 'vouchers:write', 'charges:read', 'charges:write'],
    surface: convergegateSurface,
    triggers: convergegateTriggers,
    seed,
  })
}

/** For a typed client: `createClient<ConvergegateApi>`. */
export type ConvergegateApi = ReturnType<typeof convergegateSystem>['api']

/** Ids that the triggers start from; what is there already stays as it is. */
function* seed(): Work<void> {
  const own = ownTenant('convergegate')
  yield* customers.insert(own, customer('ada'), { id: 'cgcus_ada', naturalKey: 'ada' })
  yield* customers.insert(own, customer('deleted'), { id: 'cgcus_deleted' })
  yield* customers.delete('cgcus_deleted')
  yield* customers.insert(otherTenant('convergegate'), customer('other'), {
    id: 'cgcus_of_another_org',
    naturalKey: 'other',
  })
}

function customer(reference: string): Customer {
  return { email: `${reference}@example.com`, reference, name: null }
}
