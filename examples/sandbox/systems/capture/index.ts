import type { Environment } from '../../environment.ts'
import { createSystem } from '../../system.ts'
import { otherTenant, ownTenant } from '../../test-keys.ts'
import { chargeOperations } from './charges.ts'
import { captureContract } from './contract.ts'
import { prospectOperations } from './prospects.ts'
import { type CaptureTables, captureTables } from './tables.ts'
import { captureSurface, captureTriggers } from './triggers.ts'

/** Prospects that can be hidden, removed and asked for in the wrong way; their cards are charged. */
export function captureSystem(environment: Environment) {
  const contract = captureContract(environment.origin)
  const tables = captureTables(environment.database)
  return createSystem(environment, {
    base: '/capture/v1',
    prefix: 'cap',
    contract,
    operations: [...prospectOperations(contract, tables), ...chargeOperations(environment, contract, tables)],
    scopes: ['prospects:read', 'prospects:write', 'charges:read', 'charges:write'],
    surface: captureSurface,
    triggers: captureTriggers,
    seed: () => seed(tables),
  })
}

/** For a typed client: `createClient<CaptureApi>`. */
export type CaptureApi = ReturnType<typeof captureSystem>['api']

/** Ids that the triggers start from; what is there already stays as it is. */
function seed({ prospects }: CaptureTables): void {
  const own = ownTenant('capture')
  const insert = (tenant: string, id: string, email: string, hidden = false) =>
    prospects.insert(tenant, { email, name: null, hidden }, { id, naturalKey: email })
  insert(own, 'pro_1', 'ada@example.com')
  insert(own, 'pro_hidden', 'hidden@example.com', true)
  insert(own, 'pro_deleted', 'deleted@example.com')
  prospects.delete('pro_deleted')
  insert(otherTenant('capture'), 'pro_of_another_org', 'other@example.com')
}
