import type { Work } from '../../database/work.ts'
import type { Environment } from '../../environment.ts'
import { createSystem } from '../../system.ts'
import { otherTenant, ownTenant } from '../../test-keys.ts'
import { chargeOperations } from './charges.ts'
import { errorListContract } from './contract.ts'
import type { Charge } from './model.ts'
import { charges } from './tables.ts'
import { errorListSurface, errorListTriggers } from './triggers.ts'

/** An API that reports every problem of a request at once: charges. */
export function errorListSystem(environment: Environment) {
  const contract = errorListContract(environment.origin)
  return createSystem(environment, {
    base: '/error-list/v1',
    prefix: 'el',
    contract,
    operations: chargeOperations(environment, contract),
    scopes: ['charges:read', 'charges:write'],
    surface: errorListSurface,
    triggers: errorListTriggers,
    seed,
  })
}

/** For a typed client: `createClient<ErrorListApi>`. */
export type ErrorListApi = ReturnType<typeof errorListSystem>['api']

/** Ids that the triggers start from; what is there already stays as it is. */
function* seed(): Work<void> {
  yield* charges.insert(ownTenant('error-list'), seedCharge, { id: 'chg_deleted' })
  yield* charges.delete('chg_deleted')
  yield* charges.insert(otherTenant('error-list'), seedCharge, { id: 'chg_of_another_org' })
}

const seedCharge: Charge = {
  amount: 2000,
  currency: 'usd',
  description: null,
  card: { brand: 'visa', last4: '4242', fingerprint: 'f1e2d3c4' },
}
