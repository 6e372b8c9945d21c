import type { Contract } from 'culpa'
import type { TriggerStep } from 'culpa/reference'
import type { TestKeys } from './test-keys.ts'

export type { TriggerStep }

/** How to provoke one code. The last answer of `steps` carries it; `cleanup` puts things back. */
export interface Trigger {
  readonly code: string
  readonly status: number
  /** Which of several causes this is. */
  readonly cause?: string
  readonly steps: readonly TriggerStep[]
  readonly cleanup?: readonly TriggerStep[]
}

/** A code that no request can provoke, and why. */
export interface Untriggered {
  readonly code: string
  readonly status: number
  readonly cannot: string
}

/** Triggers of a code before its status is known; text: why there is none. */
export type TriggerPlan = string | readonly Omit<Trigger, 'code' | 'status'>[]

/** What the common triggers need to know of a system. */
export interface Surface {
  readonly name: string
  readonly keys: TestKeys
  /** Path of a list. */
  readonly list: string
  /** Path of one resource. */
  readonly item: (id: string) => string
  /** Id of a resource that was deleted before the start. */
  readonly deleted: string
  /** Creates a resource without the processor; `fields` are added. */
  readonly create: {
    readonly path: string
    readonly fields: Readonly<Record<string, unknown>>
    readonly required: string
    readonly unique: string
  }
  /** Charges an instrument at the processor. */
  readonly charge: {
    readonly path: string
    readonly fields: Readonly<Record<string, unknown>>
    readonly instrument: string
    /** How test instruments begin. Default `tok`. */
    readonly tokens?: string
  }
  /** How bodies are written. */
  readonly contentType: string
  readonly write: (fields: Readonly<Record<string, unknown>>) => string
  readonly expiredKey: string
}

/** Makes the steps of a system. */
export function stepMaker({ keys, contentType }: Pick<Surface, 'keys' | 'contentType'>) {
  const bearer = (key: string) => ({ authorization: `Bearer ${key}` })
  return {
    get: (path: string, headers: Record<string, string> = {}, key: string | null = keys.full): TriggerStep => ({
      method: 'GET',
      path,
      headers: { ...(key !== null && bearer(key)), ...headers },
      body: null,
    }),
    send: (
      method: string,
      path: string,
      body: string | null,
      headers: Record<string, string> = {},
      key = keys.full,
    ): TriggerStep => ({
      method,
      path,
      headers: { ...bearer(key), ...(body !== null && { 'content-type': contentType }), ...headers },
      body,
    }),
  }
}

/**
 * Gives each trigger its code and status, in the contract's order.
 * @throws {Error} for a code of the contract without a trigger, or a trigger without a code
 */
export function listTriggers(
  contract: Contract,
  plans: Readonly<Record<string, TriggerPlan>>,
): (Trigger | Untriggered)[] {
  for (const name of Object.keys(plans)) {
    if (!contract.codes.has(name))
      throw new Error(`${contract.name}: a trigger for ${name}, which the contract does not declare`)
  }
  return [...contract.codes.values()].flatMap(({ name, code, status }): (Trigger | Untriggered)[] => {
    const plan = plans[name]
    if (plan === undefined) throw new Error(`${contract.name}: no trigger for ${name}, nor why it cannot have one`)
    if (typeof plan === 'string') return [{ code, status, cannot: plan }]
    return plan.map((trigger) => ({ code, status, ...trigger }))
  })
}
