import { checkKeys } from './contract/check-keys.ts'
import { ContractError, kindOf } from './contract/contract-error.ts'
import type { Contract } from './contract/define-contract.ts'
import { formats } from './formats/index.ts'
import { accept } from './guards/accept.ts'
import { body } from './guards/body.ts'
import { contentType } from './guards/content-type.ts'
import { deadline } from './guards/deadline.ts'
import type { Maintenance } from './guards/maintenance.ts'
import { permission } from './guards/permission.ts'
import { precondition } from './guards/precondition.ts'
import { validation } from './guards/validation.ts'
import { checkCode } from './server/check-operation.ts'
import type { CorsOptions } from './server/cors.ts'
import type { Guard, Stage } from './server/guard.ts'
import { createKernel, type Kernel } from './server/kernel.ts'
import type { Log } from './server/log.ts'
import { logFailures } from './server/log-failures.ts'
import type { Operation } from './server/operation.ts'

/** The guards an API can have besides those every API has. */
export interface ApiGuards {
  readonly maintenance?: Maintenance
  readonly overload?: Guard
  readonly addressLimit?: Guard
  /** Without it every operation is open. */
  readonly keys?: Guard
  readonly limits?: Guard
  readonly idempotency?: Guard
  /** Guards of your own; each comes at its stage. */
  readonly others?: readonly Guard[]
}

type PlacedGuard = Exclude<keyof ApiGuards, 'others'>

export interface ApiOptions<Operations extends readonly Operation[]> {
  readonly contract: Contract
  readonly operations: Operations
  readonly guards?: ApiGuards
  readonly cors?: CorsOptions
  /** Longest request target. Default 8192. */
  readonly maxTargetBytes?: number
  /** How long a handler may take, in milliseconds. Default 30 000. */
  readonly timeoutMs?: number
  /** Default: {@link logFailures}. */
  readonly log?: Log
}

/** An API that runs: hand it to an adapter. The operations' types serve a typed client. */
export interface Api<Operations extends readonly Operation[] = readonly Operation[]> extends Kernel {
  readonly operations: Operations
}

const optionKeys: readonly (keyof ApiOptions<[]>)[] = [
  'contract',
  'operations',
  'guards',
  'cors',
  'maxTargetBytes',
  'timeoutMs',
  'log',
]

const places: Readonly<Record<PlacedGuard, Stage>> = {
  maintenance: 'maintenance',
  overload: 'overload',
  addressLimit: 'address_limit',
  keys: 'key',
  limits: 'caller_limit',
  idempotency: 'idempotency',
}

/**
 * Builds an API from its contract, guards and operations. All is compiled and checked here, nothing per request.
 * @throws {ContractError} for what contradicts: a guard in a wrong place, an operation that asks for a guard the API
 * does not have, a limit nobody defined, the same route twice
 * @example
 * const api = createApi({ contract, guards: { keys: apiKeys(store, { peppers }) }, operations: [listCharges, createCharge] })
 */
export function createApi<const Operations extends readonly Operation[]>(
  options: ApiOptions<Operations>,
): Api<Operations> {
  const { contract, operations, guards = {}, cors, maxTargetBytes } = options
  checkKeys('createApi', options, optionKeys)
  checkParts(contract, operations)
  const { others: _others, ...placed } = guards
  for (const [name, guard] of Object.entries(placed) as [PlacedGuard, Guard | undefined][]) checkPlace(name, guard)
  for (const operation of operations) {
    for (const code of operation.errors) checkCode(`operation ${JSON.stringify(operation.id)}`, code, contract)
    checkNeeds(operation, guards)
  }
  const kernel = createKernel({
    contract,
    format: formats[contract.format],
    operations,
    guards: [...given(guards), ...always(guards, options.timeoutMs ?? 30_000)],
    log: options.log ?? logFailures,
    ...(cors !== undefined && { cors }),
    ...(maxTargetBytes !== undefined && { maxTargetBytes }),
  })
  return Object.freeze({ ...kernel, operations })
}

function given({ others = [], ...placed }: ApiGuards): Guard[] {
  return [...Object.values(placed), ...others].filter((guard): guard is Guard => guard !== undefined)
}

function checkParts(contract: unknown, operations: unknown): void {
  if (!((contract as Contract | undefined)?.codes instanceof Map)) {
    throw new ContractError('createApi: contract', `no contract, ${kindOf(contract)}`, 'what defineContract gave')
  }
  if (!Array.isArray(operations)) {
    throw new ContractError(
      'createApi: operations',
      `no list, ${kindOf(operations)}`,
      'operations made by operationsFor',
    )
  }
}

function always(guards: ApiGuards, timeoutMs: number): Guard[] {
  const keyed = guards.keys === undefined ? [] : [permission()]
  return [...keyed, contentType(), accept(), body(), validation(), precondition(), deadline(timeoutMs)]
}

function checkPlace(name: PlacedGuard, guard: Guard | undefined): void {
  if (guard === undefined) return
  const stage = places[name]
  if (stage === undefined) {
    throw new ContractError(
      `createApi: guards.${name}`,
      'there is no guard of this name',
      `one of ${Object.keys(places).join(', ')}`,
    )
  }
  if (guard.stage !== stage) {
    throw new ContractError(
      `createApi: guards.${name}`,
      `this is the guard ${guard.name}`,
      `pass it under its own name`,
    )
  }
}

function checkNeeds({ id, scopes, limit, idempotency, mode, open }: Operation, guards: ApiGuards): void {
  const where = `operation ${JSON.stringify(id)}`
  if (scopes.length > 0 && guards.keys === undefined) {
    throw new ContractError(`${where}: scopes`, 'the API has no keys', 'add guards.keys, or drop the scopes')
  }
  if (limit.length > 0 && guards.limits === undefined) {
    throw new ContractError(`${where}: limit`, 'the API has no limits', 'add guards.limits, or drop the limit')
  }
  if (idempotency !== 'ignored' && (open || guards.keys === undefined)) {
    const remedy = 'add guards.keys and do not open the operation, or drop idempotency'
    throw new ContractError(
      `${where}: idempotency`,
      'nobody is known to own the key, so strangers would share it',
      remedy,
    )
  }
  if ((idempotency !== 'ignored' || mode !== undefined) && guards.idempotency === undefined) {
    throw new ContractError(
      `${where}: idempotency`,
      'the API has no idempotency store',
      'add guards.idempotency, or drop it',
    )
  }
}
