import type { StandardSchemaV1 } from '@standard-schema/spec'

/**
 * Whether the same request, sent again, can end otherwise.
 * `never`: the same answer again. `after_delay`: wait as `Retry-After` says. `backoff`: exponential backoff with jitter.
 */
export type RetryAdvice = 'never' | 'after_delay' | 'backoff'

/** One way an API can fail: what the caller sees, why it happens, and what each side does about it. */
export interface ErrorDeclaration {
  /** HTTP status, 400–599, one of the contract's table. */
  readonly status: number
  /** Coarse class, such as `card_error`. Default: the profile's for this status. */
  readonly type?: string
  /** The default text, one sentence. A throw may replace it. */
  readonly message: string
  /** Schema of the machine-readable details (any Standard Schema that validates synchronously). */
  readonly details?: StandardSchemaV1
  /** Details as the reference shows them. Must pass the schema. */
  readonly example?: unknown
  /** True when `message` may be shown to an end user as it is. */
  readonly showToUser?: boolean
  /** What usually leads here, one sentence each. */
  readonly causes?: readonly string[]
  /** What the caller does about it. */
  readonly fix?: string
  /** What whoever runs the API does about it. */
  readonly operatorFix?: string
  /** Default: `backoff` for 429 and 5xx, `never` for the rest. */
  readonly retry?: RetryAdvice
  /** Version of the API that introduced the code. */
  readonly since?: string
  /** Why not to rely on the code any more. */
  readonly deprecated?: string
}

/** A map from code to declaration, as written in a contract. */
export type ErrorDeclarations = Readonly<Record<string, ErrorDeclaration>>

/** One step of a fold: what was declared, what goes out, and why. */
export interface Fold {
  readonly from: string
  readonly to: string
  readonly why: string
}

/** A declaration as the contract resolved it: folded, with every default filled in. */
export interface ResolvedError extends ErrorDeclaration {
  /** The code on the wire. */
  readonly code: string
  /** The key it was declared under; differs from `code` only for a renamed built-in. */
  readonly name: string
  /** Status before folding. */
  readonly declaredStatus: number
  /** Status on the wire: always one of the contract's table. */
  readonly status: number
  /** Type on the wire: always one of the contract's types. */
  readonly type: string
  readonly retry: RetryAdvice
  readonly causes: readonly string[]
  /** Absolute or relative URL of the code's page. */
  readonly docUrl: string
  readonly folds: readonly Fold[]
  /** True for a code that a guard brings. */
  readonly builtin: boolean
}
