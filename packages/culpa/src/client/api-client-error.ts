import type { Attempt } from './attempt-record.ts'
import { brand, isOfKind } from './brand.ts'
import type { BodyFormat } from './decode-body.ts'
import { copyMembers, member, type Scrub } from './plain.ts'
import { safeCause } from './safe-cause.ts'

/** One field of a request that was refused; `path` as the server wrote it: `items.0.qty`. */
export interface FieldError {
  readonly path: string
  readonly code?: string
  readonly message: string
}

/**
 * What became of the request on the server. `not_sent`: it never arrived. `rejected`: it took no effect. `unknown`: it
 * may have taken effect.
 */
export type Outcome = 'not_sent' | 'rejected' | 'unknown'

/** Why no further attempt was made, where one was due. */
export type Stopped = 'retry_after' | 'deadline' | 'budget'

/** Details as they come; a code of a contract has its own type of them. */
export type AnyDetails = Readonly<Record<string, unknown>> | undefined

/** What an error is made of. Each class keeps of it what it declares, as copies. */
export interface ErrorFields<Code extends string = string, Details = AnyDetails> {
  readonly message: string
  readonly code: Code
  readonly type?: string | undefined
  readonly rawCode?: string | undefined
  readonly param?: string | undefined
  readonly docUrl?: string | undefined
  readonly fieldErrors?: readonly (Omit<FieldError, 'code'> & { readonly code?: string | undefined })[] | undefined
  readonly details?: Details | undefined
  readonly requestId?: string | undefined
  readonly status?: number | undefined
  readonly format?: BodyFormat | undefined
  readonly outcome?: Outcome | undefined
  readonly replayed?: boolean | undefined
  readonly retryAfterMs?: number | undefined
  readonly attempts?: readonly Attempt[] | undefined
  readonly stopped?: Stopped | undefined
  readonly cause?: unknown
  /** Takes secrets out of every text of the error; not kept. */
  readonly scrub?: Scrub | undefined
}

/** All that is printed, written as JSON and read from it. Nothing of a request is among them. */
export const errorFields = [
  ...(['type', 'code', 'rawCode', 'status', 'param', 'docUrl', 'fieldErrors', 'details', 'requestId'] as const),
  ...(['format', 'outcome', 'replayed', 'retryAfterMs', 'attempts', 'stopped'] as const),
] satisfies readonly (keyof ErrorFields)[]

/**
 * Every failure of a call. It holds no request, no header of one and no API key, so it may be printed and logged as it
 * is. `instanceof` also knows errors of another copy of culpa and of another realm.
 * @example
 * if (error instanceof ApiClientError) log(error.code, error.requestId, error.attempts.length)
 */
export abstract class ApiClientError<Code extends string = string, Details = AnyDetails> extends Error {
  /** Name of the class, whatever a minifier makes of it. */
  static readonly kind: string = 'ApiClientError'
  /** By the brand; for a class of somebody else below one of these, which has no kind of its own, as usual. */
  static override [Symbol.hasInstance]<Class>(
    this: (abstract new (...args: never) => Class) & { readonly kind?: string },
    value: unknown,
  ): value is Class {
    // biome-ignore lint/complexity/noThisInStatic: the class that was asked, which may be one below
    return Object.hasOwn(this, 'kind') ? isOfKind(value, this.kind) : super[Symbol.hasInstance](value)
  }

  declare readonly name: string
  declare readonly type: string
  /** Of the contract; `unknown` where the server gave none, or one that the contract does not have. */
  declare readonly code: Code
  /** The code that came, where `code` is `unknown`; the system's where a connection failed. */
  declare readonly rawCode?: string
  declare readonly status?: number
  /** The parameter at fault. */
  declare readonly param?: string
  /** Page of the code. */
  declare readonly docUrl?: string
  declare readonly fieldErrors: readonly FieldError[]
  declare readonly details: Details
  declare readonly requestId?: string
  declare readonly format?: BodyFormat
  declare readonly outcome: Outcome
  /** The answer was recorded for an earlier request with the same idempotency key. */
  declare readonly replayed: boolean
  declare readonly attempts: readonly Attempt[]
  declare readonly stopped?: Stopped
  /** The key that was sent, to reconcile with where `outcome` is `unknown`. Not printed. */
  declare readonly idempotencyKey?: string

  constructor(fields: ErrorFields<Code, Details>) {
    const { message, scrub = String } = fields
    const cause = safeCause(fields.cause, scrub)
    // On the prototype, so that it heads the stack; assignable, as the name of any error is.
    Object.assign(new.target.prototype, { name: new.target.kind })
    super(scrub(message), cause ? { cause } : {})
    Object.assign(this, { type: typeOf(this.name), fieldErrors: [], outcome: 'unknown', replayed: false, attempts: [] })
    copyMembers(this, fields, errorFields, scrub)
  }

  get [brand](): readonly string[] {
    const kinds: string[] = []
    for (let one = this.constructor as typeof ApiClientError; one.kind; one = Object.getPrototypeOf(one))
      kinds.push(one.kind)
    return kinds
  }

  /** All of it but stack, idempotency key, response headers and body; {@link fromJSON} reads it. */
  toJSON(): Readonly<Record<string, unknown>> {
    return toPlain(this, errorFields) as Readonly<Record<string, unknown>>
  }
}

/**
 * The type that a class stands for, by its name.
 * @example
 * typeOf('CardError') // 'card_error'
 */
export function typeOf(kind: string): string {
  return kind.replace(/\B[A-Z]/g, '_$&').toLowerCase()
}

function toPlain(error: unknown, names: readonly string[], depth = 8): unknown {
  if (typeof error !== 'object') return error
  if (!depth) return undefined
  const cause = toPlain(member(error, 'cause'), ['code'], depth - 1)
  const plain = copyMembers({}, error, ['name', 'message', ...names], String)
  return cause === undefined ? plain : { ...plain, cause }
}
