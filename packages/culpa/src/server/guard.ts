import type { ApiError } from '../contract/api-error.ts'
import type { BuiltinCode } from '../contract/builtins.ts'
import type { Contract } from '../contract/define-contract.ts'
import type { Exchange } from './exchange.ts'
import type { Operation } from './operation.ts'
import type { Reply } from './reply.ts'
import type { MaybePromise } from './stores.ts'

/** The stages of a request, in their order. A guard belongs to one. */
export const stages = [
  'maintenance',
  'overload',
  'address_limit',
  'key',
  'permission',
  'content_type',
  'accept',
  'caller_limit',
  'body',
  'validation',
  'precondition',
  'idempotency',
  'deadline',
] as const
export type Stage = (typeof stages)[number]

/**
 * Looks at a request; throws to refuse it, or returns the error, which costs less: for refusals that come in floods. A
 * step that needs no waiting returns no promise, so that none is done.
 */
export type Step = (exchange: Exchange) => MaybePromise<ApiError | undefined>

/** Makes the answer; the innermost one calls the handler. */
export type Run = (exchange: Exchange) => MaybePromise<Reply>

/** Turns what a handler threw into the operation's answer to it, and notes the failure on the exchange. */
export type Fail = (exchange: Exchange, thrown: unknown) => Reply

/** What a guard does for one operation. */
export interface CompiledGuard {
  readonly step?: Step
  /** Wraps the handler and what is around it already. */
  readonly around?: (run: Run, fail: Fail) => Run
  /** Told of every refusal of the guards after it; may answer instead (a replay), or do its own accounts. */
  readonly refused?: (exchange: Exchange, error: ApiError, stage: Stage) => MaybePromise<Reply | undefined>
}

/** A step that can refuse a request, and the codes it brings. */
export interface Guard {
  readonly name: string
  readonly stage: Stage
  /**
   * Called once for each operation when the API is created. `undefined`: the operation does not use the guard, which
   * then costs nothing.
   * @throws {ContractError} when the operation asks for what the guard does not have
   */
  compile(operation: Operation, contract: Contract): CompiledGuard | undefined
  /**
   * Called when a server starts. What is lost then may come back: only what can never work is a reason not to.
   * @throws {ContractError} (as a rejection) for that
   */
  ready?(): Promise<void>
  /** The codes it adds to an operation that uses it. */
  codes(operation: Operation): readonly BuiltinCode[]
}

/**
 * Makes the same thing once for all operations that want it: ten thousand functions that do the same, one after the
 * other, find neither their own memory nor the engine's notes about them in its caches.
 * @example
 * const compiled = shared((realm: string) => ({ step: stepFor(realm) }))
 */
export function shared<Wanted extends readonly (string | number)[], Made>(
  make: (...wanted: Wanted) => Made,
): (...wanted: Wanted) => Made {
  const all = new Map<string, Made>()
  return (...wanted) => {
    const name = JSON.stringify(wanted)
    const made = all.get(name) ?? make(...wanted)
    all.set(name, made)
    return made
  }
}
