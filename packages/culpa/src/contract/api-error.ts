import { type BuiltinCode, builtins } from './builtins.ts'
import { setStackLimit } from './stack-limit.ts'

/** One broken rule: `param` is the path of the field (`items.0.qty`). */
export interface Violation {
  readonly param: string
  readonly message: string
  readonly code?: string
}

/** What a throw may add to the declaration of its code. */
export interface ApiErrorOptions<Details = unknown> {
  /** Replaces the declared message. Goes out as it is: put nothing in it that the caller must not read. */
  readonly message?: string
  /** The parameter at fault, as the caller wrote it. */
  readonly param?: string
  readonly details?: Details
  readonly violations?: readonly Violation[]
  /** Seconds to wait, whole and at least 1; sent as `Retry-After`. */
  readonly retryAfterSeconds?: number
  /** Further response headers, names in lower case. */
  readonly headers?: readonly (readonly [name: string, value: string])[]
  /** Said by a lease-mode handler that knows the failed attempt had no effect: a retry may run. */
  readonly noEffect?: boolean
  /** For the log only; never sent. */
  readonly cause?: unknown
}

const brand = Symbol.for('culpa.ApiError')

const none: readonly never[] = Object.freeze([])
const nothing: ApiErrorOptions = Object.freeze({})

/**
 * The one error class of the server. The code says which declaration it is; the contract decides status and type.
 * Made without a stack: a refusal is an answer, not a fault, and must cost no more than a success.
 * @example
 * throw errors.card_declined({ param: 'source', details: { decline_code: 'lost_card' } })
 */
export class ApiError<Code extends string = string, Details = unknown> extends Error {
  override readonly name = 'ApiError'
  readonly code: Code
  readonly status: number
  /** The message of the throw itself; without one the contract's goes out, which may reword a built-in. */
  readonly givenMessage: string | undefined
  readonly param: string | undefined
  readonly details: Details | undefined
  readonly violations: readonly Violation[] | undefined
  readonly retryAfterSeconds: number | undefined
  readonly headers: readonly (readonly [name: string, value: string])[]
  readonly noEffect: boolean
  /** Further failures of the same request, for formats that list several. */
  readonly others: readonly ApiError[]

  constructor(
    code: Code,
    status: number,
    message: string,
    options: ApiErrorOptions<Details> = {},
    others: readonly ApiError[] = [],
  ) {
    // What can throw comes first: no stack would be kept from then on, of whatever fails in this process.
    const text = `${options.message ?? message}`
    const cause = 'cause' in options ? { cause: options.cause } : undefined
    const limit = setStackLimit(0)
    super(text, cause)
    setStackLimit(limit)
    this.code = code
    this.status = status
    this.givenMessage = options.message
    this.param = options.param
    this.details = options.details
    this.violations = options.violations
    this.retryAfterSeconds = options.retryAfterSeconds
    this.headers = options.headers ?? []
    this.noEffect = options.noEffect ?? false
    this.others = others
  }

  get [brand](): true {
    return true
  }
}

/**
 * True for an {@link ApiError}, also one made by another copy of culpa.
 * @example
 * if (isApiError(error, 'card_declined')) refund(error.details)
 */
export function isApiError<Code extends string = string>(value: unknown, code?: Code): value is ApiError<Code> {
  try {
    if (typeof value !== 'object' || value === null || !(brand in value)) return false
    return code === undefined || (value as ApiError).code === code
  } catch {
    return false
  }
}

/**
 * Makes the error of a built-in code, for guards and adapters, which know no contract.
 * @example
 * throw refusal('method_not_allowed', { headers: [['allow', 'GET, HEAD, OPTIONS']] })
 */
export function refusal<Code extends BuiltinCode>(code: Code, options?: ApiErrorOptions): ApiError<Code> {
  const declaration = builtins[code]
  return new ApiError(code, declaration.status, declaration.message, options)
}

/**
 * The same for a guard that returns it: an {@link ApiError} in all but what the engine adds to an Error when it is made,
 * which takes longer than the rest of a refusal. What is thrown, or seen by a handler, is made by {@link refusal}.
 * @example
 * return returnedRefusal('rate_limited', { retryAfterSeconds: 12 })
 */
export function returnedRefusal<Code extends BuiltinCode>(code: Code, options?: ApiErrorOptions): ApiError<Code> {
  // Its prototype makes it one.
  return new ReturnedError(code, options) as ApiError as ApiError<Code>
}

/** The members of an ApiError, in an object that is no Error of the engine's. */
class ReturnedError implements ApiError {
  readonly name = 'ApiError'
  readonly code: string
  readonly status: number
  readonly message: string
  readonly givenMessage: string | undefined
  readonly param: string | undefined
  readonly details: unknown
  readonly violations: readonly Violation[] | undefined
  readonly retryAfterSeconds: number | undefined
  readonly headers: ApiError['headers']
  readonly noEffect: boolean
  readonly others: readonly ApiError[] = none
  readonly cause: unknown
  declare readonly [brand]: true

  constructor(code: BuiltinCode, options: ApiErrorOptions = nothing) {
    const { status, message } = builtins[code]
    this.code = code
    this.status = status
    this.message = options.message ?? message
    this.givenMessage = options.message
    this.param = options.param
    this.details = options.details
    this.violations = options.violations
    this.retryAfterSeconds = options.retryAfterSeconds
    this.headers = options.headers ?? none
    this.noEffect = options.noEffect ?? false
    this.cause = options.cause
  }
}

Object.setPrototypeOf(ReturnedError.prototype, ApiError.prototype)

/**
 * Reports several failures of one request at once. The first decides code and status; a format that carries only one
 * error sends that one.
 * @throws {TypeError} for an empty list
 * @example
 * throw several([errors.amount_too_small({ param: 'amount' }), errors.currency_unknown({ param: 'currency' })])
 */
export function several(errors: readonly ApiError[]): ApiError {
  const [first, ...others] = errors.flatMap((error) => [error, ...error.others])
  if (first === undefined) throw new TypeError('several(errors): an empty list. Remedy: pass at least one ApiError.')
  const causes = errors.flatMap(({ cause }) => (cause === undefined ? [] : [cause]))
  const { code, status, message, givenMessage, param, details, violations, retryAfterSeconds } = first
  const options: ApiErrorOptions = {
    details,
    headers: errors.flatMap((error) => error.headers),
    noEffect: errors.every((error) => error.noEffect),
    ...(givenMessage !== undefined && { message: givenMessage }),
    ...(param !== undefined && { param }),
    ...(violations !== undefined && { violations }),
    ...(retryAfterSeconds !== undefined && { retryAfterSeconds }),
    ...(causes.length > 0 && { cause: causes.length === 1 ? causes[0] : new AggregateError(causes) }),
  }
  return new ApiError(code, status, message, options, others)
}
