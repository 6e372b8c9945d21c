import {
  type Api,
  addressLimit,
  apiKeys,
  type Contract,
  createApi,
  idempotency,
  type Maintenance,
  maintenance,
  type Operation,
  overload,
  rateLimits,
} from 'culpa'
import { memoryLimits } from 'culpa/memory'
import { commonTriggers, expiredStep } from './common-triggers.ts'
import type { Work } from './database/work.ts'
import type { Environment } from './environment.ts'
import { requestOf } from './request-of.ts'
import { peppers, saveTestKeys, type TestKeys } from './test-keys.ts'
import { listTriggers, type Surface, type Trigger, type TriggerPlan, type Untriggered } from './trigger.ts'

/** Longer than a recorded answer is kept. */
const yesterdayMs = 25 * 3_600_000

/** One of the sandbox's APIs, running. */
export interface System<Operations extends readonly Operation[] = readonly Operation[]> {
  readonly name: string
  readonly base: string
  readonly api: Api<Operations>
  readonly maintenance: Maintenance
  readonly keys: TestKeys
  readonly triggers: readonly (Trigger | Untriggered)[]
  /** Puts in place what its triggers start from. */
  readonly prepare: () => Promise<void>
}

export interface SystemDefinition<Operations extends readonly Operation[]> {
  readonly base: string
  readonly prefix: string
  readonly contract: Contract
  readonly operations: Operations
  readonly scopes: readonly string[]
  readonly surface: Surface
  /** Its own codes, and what is different with the built-in ones. */
  readonly triggers: Readonly<Record<string, TriggerPlan>>
  /** Puts seeds into the database, unless they are there. */
  readonly seed: () => Work<void>
}

/** Builds a system: guards and stores are the same for all six, as a user would set them up. */
export function createSystem<Operations extends readonly Operation[]>(
  environment: Environment,
  definition: SystemDefinition<Operations>,
): System<Operations> {
  const { base, prefix, contract, surface, scopes } = definition
  const { database, shared, log, processes } = environment
  const pause = maintenance()

  /** `now` is another clock: of an API that nobody else calls, which needs none of what is shared. */
  function build(now?: () => number): Api<Operations> {
    const limits = now === undefined ? shared.limits(contract.name) : memoryLimits()
    return createApi({
      contract,
      operations: definition.operations,
      guards: {
        maintenance: pause,
        overload: overload({ maxInFlight: 1000 }),
        addressLimit: addressLimit(limits, { failures: '1000/s burst 10000' }),
        keys: apiKeys(now === undefined ? shared.keys(database.keys) : database.keys, { peppers, prefix }),
        limits: rateLimits(
          limits,
          {
            reads: { default: '2000/s burst 20000', plans: { trial: '30/min burst 5' }, whenLost: 'open' },
            writes: { default: '2000/s burst 20000', plans: { trial: '12/min burst 4' } },
          },
          { fallback: memoryLimits(), nodes: processes },
        ),
        idempotency: idempotency(database.idempotency(now), { leaseMs: 30_000 }),
      },
      cors: { origins: '*' },
      timeoutMs: 5_000,
      log,
    })
  }

  async function prepare(): Promise<void> {
    await saveTestKeys(database.keys, contract.name, surface.keys, scopes)
    await database.run(definition.seed)
    const past = build(() => Date.now() - yesterdayMs)
    await past.handle(requestOf(expiredStep(surface, surface.expiredKey)))
  }

  return {
    name: contract.name,
    base,
    api: build(),
    maintenance: pause,
    keys: surface.keys,
    triggers: listTriggers(contract, { ...commonTriggers(surface), ...definition.triggers }),
    prepare,
  }
}
