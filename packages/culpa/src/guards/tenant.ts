import { refusal } from '../contract/api-error.ts'
import type { Contract } from '../contract/define-contract.ts'
import type { Caller } from '../server/stores.ts'

/** What {@link requireOwned} looks at. */
export interface OwnedResource {
  readonly tenant: string
  /** True when it was removed. */
  readonly deleted?: boolean
}

/**
 * Gives back a resource of the caller's own tenant; else refuses. One that is absent and one of another tenant are
 * answered alike (404 `resource_missing`), unless the contract says 403; one that was removed is 410 `resource_gone`.
 * The operation declares the codes it may meet.
 * @throws {ApiError} `resource_missing`, `resource_forbidden`, `resource_gone`
 * @example
 * const charge = requireOwned(charges.get(params.id), caller, contract)
 */
export function requireOwned<Resource extends OwnedResource>(
  resource: Resource | undefined,
  caller: Caller,
  contract: Pick<Contract, 'foreignResource'>,
  param = 'id',
): Resource {
  if (resource === undefined) throw refusal('resource_missing', { param })
  if (resource.tenant !== caller.tenant) {
    throw refusal(contract.foreignResource === 403 ? 'resource_forbidden' : 'resource_missing', { param })
  }
  if (resource.deleted === true) throw refusal('resource_gone', { param })
  return resource
}
