import type { Environment } from '../../environment.ts'
import { createSystem } from '../../system.ts'
import { otherTenant, ownTenant } from '../../test-keys.ts'
import { chargeOperations } from './charges.ts'
import { errorListContract } from './contract.ts'
import type { Charge } from './model.ts'
import { type ErrorListTables, errorListTables } from './tables.ts'
import { errorListSurface, errorListTriggers } from './triggers.ts'

/** An API that reports every problem of a request at once: charges. */
export function errorListSystem(environment: Environment) {
  const contract = errorListContract(environment.origin)
  const tables = errorListTables(environment.database)
  return createSystem(environment, {
    base: '/error-list/v1',
    prefix: 'el',
    contract,
    operations: chargeOperations(environment, contract, tables),
    scopes: ['charges:read', 'charges:write'],
    surface: errorListSurface,
    triggers: errorListTriggers,
    seed: () => seed(tables),
  })
}

/** For a typed client: `createClient<ErrorListApi>`. */
export type ErrorListApi = ReturnType<typeof errorListSystem>['api']

/** Ids that the triggers start from; what is there already stays as it is. */
function seed({ charges }: ErrorListTables): void {
  charges.insert(ownTenant('error-list'), seedCharge, { id: 'chg_deleted' })
  charges.delete('chg_deleted')
  charges.insert(otherTenant('error-list'), seedCharge, { id: 'chg_of_another_org' })
}

const seedCharge: Charge = {
  amount: 2000,
  currency: 'usd',
  description: null,
  card: { brand: 'visa', last4: '4242', fingerprint: 'f1e2d3c4' },
}
