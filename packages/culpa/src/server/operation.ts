import type { StandardSchemaV1 } from '@standard-schema/spec'
import type { ErrorDeclarations } from '../contract/declaration.ts'
import type { ErrorFactories } from '../contract/define-contract.ts'
import type { ApiRequest } from './request.ts'
import type { Caller } from './stores.ts'
import type { Trace } from './trace.ts'

/** Methods an operation can have. HEAD and OPTIONS are answered from the others. */
export const operationMethods = ['GET', 'POST', 'PUT', 'PATCH', 'DELETE'] as const
export type OperationMethod = (typeof operationMethods)[number]

/** Method and path template, as `GET /v1/charges/:id`. */
export type OperationId = `${OperationMethod} /${string}`

export type Schema<Output = unknown> = StandardSchemaV1<unknown, Output>

/** Names of the path parameters of a template. */
export type PathParameters<Id extends string> = Id extends `${string}:${infer Name}/${infer Rest}`
  ? Name | PathParameters<`/${Rest}`>
  : Id extends `${string}:${infer Name}`
    ? Name
    : never

/** Details of an error declaration as they go out. */
export type DetailsOf<Declaration> = Declaration extends { readonly details: infer S extends StandardSchemaV1 }
  ? StandardSchemaV1.InferOutput<S>
  : undefined

type OutputOf<S, Otherwise> = S extends StandardSchemaV1 ? StandardSchemaV1.InferOutput<S> : Otherwise

/** What a handler gets. Everything was checked before. */
export interface HandlerInput<Id extends string, Params, Query, Headers, Body, Tx, Errors> {
  readonly params: Params extends StandardSchemaV1
    ? StandardSchemaV1.InferOutput<Params>
    : Readonly<Record<PathParameters<Id>, string>>
  readonly query: OutputOf<Query, undefined>
  /** Headers the operation declared. */
  readonly headers: { readonly [Name in keyof Headers]: OutputOf<Headers[Name], undefined> }
  readonly body: OutputOf<Body, undefined>
  /** Who calls; on an operation that is open to all, nobody: `tenant` is empty. */
  readonly caller: Caller
  /** The open transaction, on a transactional store. */
  readonly tx: Tx
  /** The errors this operation declared. */
  readonly errors: Errors
  /** Aborts at the deadline, and when the caller goes away (unless an idempotency key makes the result worth keeping). */
  readonly signal: AbortSignal
  /** Hands the caller's trace on: send `trace.headers` with what the handler calls. */
  readonly trace: Trace
  /** Identifies this request in the log. */
  readonly requestId: string
  /**
   * Runs a step of a lease-mode operation once per idempotency key and records its result (JSON). `stepKey` is the
   * idempotency key to hand to the foreign system. Without an idempotency key it just runs.
   */
  step<Result>(name: string, run: (stepKey: string) => Promise<Result>): Promise<Result>
  readonly request: ApiRequest
}

/** What an operation takes, needs and may fail with. */
export interface OperationDefinition<
  Id extends OperationId,
  Errors extends ErrorDeclarations,
  Code extends keyof Errors & string,
  Params,
  Query,
  Headers,
  Body,
  Tx,
  Result,
  Idempotency extends Operation['idempotency'] = Operation['idempotency'],
> {
  /** Scopes a key must have, all of them. Default: none but a valid key. */
  readonly scopes?: readonly string[]
  /** True for an operation that needs no key. Default: false where the API has keys. */
  readonly open?: boolean
  /** Names of the limit policies it is charged to. */
  readonly limit?: string | readonly string[]
  /** Units of the limit it takes. Default 1. */
  readonly cost?: number
  /** Whether it takes an idempotency key. Default: ignored. */
  readonly idempotency?: Idempotency
  /** Default: `transactional` on a store that can, else `lease`. Handlers that call foreign systems need `lease`. */
  readonly mode?: 'transactional' | 'lease'
  readonly params?: Params
  readonly query?: Query
  /** One schema a header; names in lower case. */
  readonly headers?: Headers
  readonly body?: Body
  /** Media types of the body it reads. Default: JSON. */
  readonly consumes?: readonly ('application/json' | 'application/x-www-form-urlencoded')[]
  /** Media types it can answer with. Default: JSON. */
  readonly produces?: readonly string[]
  /** Default 1 MiB. */
  readonly maxBodyBytes?: number
  /** Paths of body fields whose values are never repeated in a message. */
  readonly sensitive?: readonly string[]
  /** Whether If-Match is read (default: ignored); `etag` gives the current version of the resource, or nothing when there is none. */
  readonly precondition?: Operation['precondition']
  /** Asked before anything is claimed, and again in the handler's transaction, which is `tx` then; there, not asynchronous on SQLite. */
  readonly etag?: (input: {
    readonly params: Readonly<Record<string, string>>
    readonly caller: Caller
    readonly tx: Tx | undefined
  }) => string | undefined | Promise<string | undefined>
  /** Default: the API's. */
  readonly timeoutMs?: number
  /** Codes it may fail with, besides those its guards add. */
  readonly errors?: readonly Code[]
  readonly summary?: string
  /** Schema of the answer, for documents. */
  readonly returns?: Schema
  /** Headers that its handler answers with, such as `etag`, for documents: one schema a header; names in lower case. */
  readonly returnsHeaders?: Readonly<Record<string, StandardSchemaV1>>
  handler(
    input: HandlerInput<Id, Params, Query, Headers, Body, Tx, Pick<ErrorFactories<Errors>, Code>>,
  ): Result | Promise<Result>
  /**
   * Lease mode: asked when a retry meets an unknown outcome, with the same request. Finds out what happened, typically
   * by asking the foreign system for `stepKey(name)`.
   */
  reconcile?(
    input: HandlerInput<Id, Params, Query, Headers, Body, Tx, Pick<ErrorFactories<Errors>, Code>>,
    stepKey: (step: string) => string,
  ): Outcome<Result> | Promise<Outcome<Result>>
}

/** What became of an attempt whose outcome was unknown. */
export type Outcome<Result> =
  | { readonly outcome: 'finished'; readonly result: Result }
  | { readonly outcome: 'nothing_happened' }
  | { readonly outcome: 'unknown' }

/** An operation as the kernel sees it: types erased, frozen. */
export interface Operation<Id extends string = string> {
  readonly id: Id
  readonly method: OperationMethod
  readonly path: string
  readonly scopes: readonly string[]
  readonly open: boolean
  readonly limit: readonly string[]
  readonly cost: number
  readonly idempotency: 'ignored' | 'optional' | 'required'
  readonly mode: 'transactional' | 'lease' | undefined
  readonly params: StandardSchemaV1 | undefined
  readonly query: StandardSchemaV1 | undefined
  readonly headers: Readonly<Record<string, StandardSchemaV1>> | undefined
  readonly body: StandardSchemaV1 | undefined
  readonly consumes: readonly string[]
  readonly produces: readonly string[]
  readonly maxBodyBytes: number
  readonly sensitive: readonly string[]
  readonly precondition: 'ignored' | 'optional' | 'required'
  readonly etag: OperationDefinition<
    OperationId,
    ErrorDeclarations,
    string,
    unknown,
    unknown,
    unknown,
    unknown,
    unknown,
    unknown
  >['etag']
  readonly timeoutMs: number | undefined
  readonly errors: readonly string[]
  readonly summary: string
  readonly returns: StandardSchemaV1 | undefined
  readonly returnsHeaders: Readonly<Record<string, StandardSchemaV1>> | undefined
  readonly handler: (input: never) => unknown
  readonly reconcile: ((input: never, stepKey: (step: string) => string) => unknown) | undefined
}

/**
 * Carries to a typed client what an operation is sent and answers; nothing of `types` exists at run time. `Errors` maps
 * the codes it declared to their details, `Renamed` built-in codes to their names on the wire. Types only, no schemas: an
 * editor shows them all.
 */
export interface TypedOperation<
  Id extends string,
  Errors,
  Query,
  Body,
  Result,
  Idempotency extends Operation['idempotency'] = 'ignored',
  Renamed = Record<never, never>,
> extends Operation<Id> {
  readonly idempotency: Idempotency
  readonly types?: { errors: Errors; query: Query; body: Body; result: Result; renamed: Renamed }
}

/** The code of a declaration on the wire: its name, or what a built-in one was renamed to. */
export type WireCode<Errors, Name extends keyof Errors> = Errors[Name] extends {
  readonly code: infer Code extends string
}
  ? Code
  : Name

/** Built-in codes that were renamed, with their codes on the wire. */
export type RenamedCodes<Errors> = {
  readonly [Name in keyof Errors as Errors[Name] extends { readonly code: string } ? Name : never]: WireCode<
    Errors,
    Name
  >
}

/** What a caller sends for a schema; nothing is said where there is none. */
export type InputOf<S> = S extends StandardSchemaV1 ? StandardSchemaV1.InferInput<S> : undefined
