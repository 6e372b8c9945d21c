import type { Work } from '../../database/work.ts'
import type { Environment } from '../../environment.ts'
import { createSystem } from '../../system.ts'
import { otherTenant, ownTenant } from '../../test-keys.ts'
import { chargeOperations } from './charges.ts'
import { captureContract } from './contract.ts'
import { prospectOperations } from './prospects.ts'
import { prospects } from './tables.ts'
import { captureSurface, captureTriggers } from './triggers.ts'

/** Prospects that can be hidden, removed and asked for in the wrong way; their cards are charged. */
export function captureSystem(environment: Environment) {
  const contract = captureContract(environment.origin)
  return createSystem(environment, {
    base: '/capture/v1',
    prefix: 'cap',
    contract,
    operations: [...prospectOperations(environment, contract), ...chargeOperations(environment, contract)],
    scopes: ['prospects:read', 'prospects:write', 'charges:read', 'charges:write'],
    surface: captureSurface,
    triggers: captureTriggers,
    seed,
  })
}

/** For a typed client: `createClient<CaptureApi>`. */
export type CaptureApi = ReturnType<typeof captureSystem>['api']

/** Ids that the triggers start from; what is there already stays as it is. */
function* seed(): Work<void> {
  const own = ownTenant('capture')
  const insert = (tenant: string, id: string, email: string, hidden = false) =>
    prospects.insert(tenant, { email, name: null, hidden }, { id, naturalKey: email })
  yield* insert(own, 'pro_1', 'ada@example.com')
  yield* insert(own, 'pro_hidden', 'hidden@example.com', true)
  yield* insert(own, 'pro_deleted', 'deleted@example.com')
  yield* prospects.delete('pro_deleted')
  yield* insert(otherTenant('capture'), 'pro_of_another_org', 'other@example.com')
}
