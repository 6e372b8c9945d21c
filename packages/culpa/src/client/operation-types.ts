import type { BuiltinCode } from '../contract/builtins.ts'
import type { AnyDetails } from './api-client-error.ts'
import type {
  ApiConnectionError,
  ConnectionCode,
  InvalidResponseError,
  RequestAbortedError,
} from './connection-errors.ts'
import type { Json } from './json.ts'
import type { QueryValue } from './request-url.ts'
import type { ApiResponseError } from './response-errors.ts'

/** What a client reads of the type of an API: `typeof api` fits. */
export interface ApiShape {
  readonly operations: readonly OperationShape[]
}

/** An operation by its id, with the types it carries. */
export interface OperationShape {
  readonly id: string
  readonly idempotency: 'ignored' | 'optional' | 'required'
  readonly types?: OperationTypes
}

interface OperationTypes {
  /** Details by code. */
  readonly errors: unknown
  readonly query: unknown
  readonly body: unknown
  readonly result: unknown
  /** Built-in codes by name, where the contract renamed them. */
  readonly renamed: unknown
}

/** Paths that a method has. */
export type PathOf<Api extends ApiShape, Method extends string> = Api['operations'][number]['id'] extends infer Id
  ? Id extends `${Method} ${infer Path}`
    ? Path
    : never
  : never

type TypesOf<Api extends ApiShape, Id extends string> = NonNullable<
  Extract<Api['operations'][number], { readonly id: Id }>['types']
>

/** What an operation answers with, as it arrives. */
export type DataOf<Api extends ApiShape, Id extends string> = Arrived<TypesOf<Api, Id>['result']>

/** What a handler returns with `reply` or `created`. */
interface WholeReply {
  readonly status: number
  readonly headers: readonly (readonly [name: string, value: string])[]
  readonly body: unknown
}

// `void` is what a handler returns that returns nothing.
// biome-ignore lint/suspicious/noConfusingVoidType: see above
type Arrived<Result> = Result extends void | null
  ? undefined
  : Result extends WholeReply
    ? Arrived<Result['body']>
    : Result extends Uint8Array | ReadableStream
      ? string | Uint8Array
      : Json<Result>

/** The codes an operation declared, with their details. */
export type ErrorsOf<Api extends ApiShape, Id extends string> = TypesOf<Api, Id>['errors']

/** Built-in codes that the contract of an operation renamed, by name; spelt out, so that an editor shows no more. */
export type RenamedOf<Api extends ApiShape, Id extends string> = TypesOf<Api, Id>['renamed'] extends infer Renamed
  ? { [Name in keyof Renamed]: Renamed[Name] }
  : never

/**
 * Everything a call can fail with: narrow it by `code`. Of the codes an operation did not declare, the built-in ones come
 * without a type for their details; one that this version of the API does not have is `unknown`.
 */
export type CallError<DetailsByCode, Renamed = Record<never, never>> =
  | { [Code in keyof DetailsByCode & string]: ApiResponseError<Code, Json<DetailsByCode[Code]>> }[keyof DetailsByCode &
      string]
  | ApiResponseError<
      Exclude<BuiltinCode | ValueOf<Renamed>, keyof Renamed | keyof DetailsByCode> | 'unknown',
      AnyDetails
    >
  | UnansweredError

type ValueOf<Renamed> = Renamed[keyof Renamed] & string

/** What a call can fail with that got no usable answer. */
export type UnansweredError = OfConnection[ConnectionCode] | RequestAbortedError | InvalidResponseError

/** One a code, so that a code that was dealt with is out. */
type OfConnection = { [Code in ConnectionCode]: ApiConnectionError<Code> }

/** What a call of an operation must and may be given. */
export type InputOf<Api extends ApiShape, Id extends string> = Part<'params', ParamsOf<Id>> &
  Part<'query', QueryOf<TypesOf<Api, Id>['query']>> &
  Part<'body', TypesOf<Api, Id>['body']>

type QueryOf<Query> = [Query] extends [undefined] ? Readonly<Record<string, QueryValue>> : Query

type ParamsOf<Id extends string> = [ParameterName<Id>] extends [never]
  ? undefined
  : Readonly<Record<ParameterName<Id>, string | number>>

type ParameterName<Id extends string> = Id extends `${string}/:${infer Name}/${infer Rest}`
  ? Name | ParameterName<`/${Rest}`>
  : Id extends `${string}/:${infer Name}`
    ? Name
    : never

type Part<Name extends string, Value> = [Value] extends [undefined]
  ? unknown
  : undefined extends Value
    ? { readonly [Key in Name]?: Value }
    : Record<never, never> extends Value
      ? { readonly [Key in Name]?: Value }
      : { readonly [Key in Name]: Value }

/** Operations that change something and ignore idempotency keys: sent twice, they may do it twice. */
export type UnkeyedOf<Api extends ApiShape> = Extract<
  Api['operations'][number],
  { readonly id: `${'POST' | 'PATCH'} ${string}`; readonly idempotency: 'ignored' }
>['id']

/** What a client must be told of them, since types are gone when it runs. */
export type UnkeyedOption<Api extends ApiShape> = [UnkeyedOf<Api>] extends [never]
  ? unknown
  : { readonly unkeyed: Readonly<Record<UnkeyedOf<Api>, true>> } | { readonly idempotency: 'off' }

/** Operations that answer with a page of a list, and what the list holds. */
export type ItemOf<Data> = Data extends { readonly data: readonly (infer Item)[]; readonly has_more: boolean }
  ? Item
  : never

/** Paths of GET operations that answer with pages. */
export type ListPathOf<Api extends ApiShape> =
  PathOf<Api, 'GET'> extends infer Path
    ? Path extends string
      ? [ItemOf<DataOf<Api, `GET ${Path}`>>] extends [never]
        ? never
        : Path
      : never
    : never
