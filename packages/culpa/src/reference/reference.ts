import type { Fold, RetryAdvice } from '../contract/declaration.ts'
import type { FormatName } from '../contract/profile.ts'
import type { JsonSchema, JsonValue } from '../formats/format.ts'

/** Everything a reader of an API's errors wants to know, as plain JSON. */
export interface Reference {
  readonly name: string
  readonly title: string
  /** How this API fails, in a paragraph. */
  readonly summary: string
  /** Where the reference is served. */
  readonly docs: string
  /** Where the API itself is. */
  readonly baseUrl: string
  readonly format: FormatName
  readonly mediaType: string
  /** What the first digit of a status says. */
  readonly classes: readonly StatusClass[]
  readonly statuses: readonly StatusEntry[]
  readonly body: BodyEntry
  /** By status, then by name. */
  readonly codes: readonly CodeEntry[]
  readonly types: readonly TypeEntry[]
  /** What the API would say with a status or a type that it does not have, and what it says instead. */
  readonly folds: readonly FoldEntry[]
  readonly headers: readonly ApiHeader[]
  readonly retry: { readonly steps: readonly string[]; readonly advice: readonly RetryEntry[] }
  readonly messages: { readonly rules: readonly string[]; readonly shown: readonly string[] }
  readonly operations: readonly OperationEntry[]
}

export interface StatusClass {
  readonly statuses: string
  readonly meaning: string
}

export interface StatusEntry {
  readonly status: number
  readonly name: string
  readonly meaning: string
  readonly causes: readonly string[]
  readonly fix: string | undefined
  /** Codes that come with it. */
  readonly codes: readonly string[]
}

/** What a body of an error holds. */
export interface BodyEntry {
  readonly members: readonly MemberEntry[]
  /** Whether the code stands in the body; it always stands in the header `Error-Code`. */
  readonly tellsCode: boolean
  readonly tellsType: boolean
  readonly schema: JsonSchema
}

export interface MemberEntry {
  /** As `error.code`, or `errors[].code` in a list. */
  readonly path: string
  readonly type: string
  readonly required: boolean
  readonly meaning: string
}

export interface TypeEntry {
  readonly type: string
  readonly meaning: string
  readonly codes: readonly string[]
}

export interface FoldEntry extends Fold {
  readonly codes: readonly string[]
}

export interface HeaderEntry {
  readonly name: string
  readonly meaning: string
}

export interface ApiHeader extends HeaderEntry {
  /** The answers that have it: in words, or by their codes. */
  readonly when: string | readonly string[]
}

export interface RetryEntry {
  readonly advice: RetryAdvice
  readonly meaning: string
  readonly codes: readonly string[]
}

export interface OperationEntry {
  readonly operation: string
  readonly summary: string
  /** Codes that it declares itself. */
  readonly own: readonly string[]
  /** Every code it may answer with, those of its guards included. */
  readonly codes: readonly string[]
}

/**
 * Who may answer with a code. `anywhere`: also a request that reaches no operation; `every`: every operation; `some`:
 * these; `none`: the contract has it, no operation uses it; `unknown`: the operations were not given.
 */
export interface Senders {
  readonly who: 'anywhere' | 'every' | 'some' | 'none' | 'unknown'
  readonly operations: readonly string[]
}

/** One code: all that its page says. */
export interface CodeEntry {
  readonly code: string
  readonly status: number
  readonly statusName: string
  readonly type: string
  /** Stable address of its page. */
  readonly url: string
  readonly message: string
  readonly causes: readonly string[]
  /** What the caller does about it. */
  readonly fix: string
  /** What whoever runs the API does about it. */
  readonly operatorFix: string
  readonly retry: { readonly advice: RetryAdvice; readonly meaning: string }
  readonly showToUser: boolean
  /** Headers that come with it, besides those of every error. */
  readonly headers: readonly HeaderEntry[]
  readonly details: DetailsEntry | undefined
  readonly example: WireExample
  readonly provoke: readonly ProvokeEntry[]
  /** Why no request can provoke it. */
  readonly unprovokable: string | undefined
  /** TypeScript that catches it with `culpa/client`. */
  readonly client: string
  readonly senders: Senders
  readonly folds: readonly Fold[]
  readonly since: string | undefined
  readonly deprecated: string | undefined
}

export interface DetailsEntry {
  /** JSON Schema, where the library of the schema gives one. */
  readonly schema: JsonSchema | undefined
  readonly fields: readonly DetailsField[]
  readonly example: JsonValue | undefined
}

export interface DetailsField {
  readonly name: string
  readonly type: string
  /** Nothing is known where the schema tells none. */
  readonly required: boolean | undefined
  readonly meaning: string
}

/** An answer as it goes over the wire. */
export interface WireExample {
  readonly status: number
  /** Of the status line; nothing where no server has written one. */
  readonly reason: string
  /** Names in lower case. */
  readonly headers: readonly (readonly [name: string, value: string])[]
  readonly body: JsonValue
  /** The body byte for byte. */
  readonly text: string
}

/** One way to provoke a code. */
export interface ProvokeEntry {
  readonly cause: string | undefined
  /** For a shell. */
  readonly curl: string
}
