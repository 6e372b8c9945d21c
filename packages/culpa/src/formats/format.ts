import type { FormatName } from '../contract/profile.ts'

export type JsonValue = string | number | boolean | null | readonly JsonValue[] | { readonly [key: string]: JsonValue }

/** A JSON Schema (2020-12). */
export type JsonSchema = Readonly<Record<string, JsonValue>>

/** One problem of a failed request, as it goes on the wire: code, type and status are folded already. */
export interface WireProblem {
  readonly code: string
  readonly type: string
  readonly message: string
  readonly param?: string
  readonly details?: Readonly<Record<string, unknown>>
}

/** A failed request. The fields of the problem itself tell the whole; `problems` lists its parts, itself if it has none. */
export interface WireError extends WireProblem {
  readonly status: number
  /** Reason phrase of the status, from the contract's table. */
  readonly title: string
  /** Page of the code; present where the contract wants it in bodies. */
  readonly docUrl?: string
  readonly retryAfterSeconds?: number
  /** True when `problems` are violations of a schema, each with its `param`. */
  readonly validation: boolean
  readonly problems: readonly WireProblem[]
}

/** One problem as read from a body; a field that was missing or of a wrong type is absent. */
export interface DecodedProblem {
  readonly code?: string
  readonly type?: string
  readonly message?: string
  readonly param?: string
  readonly details?: Readonly<Record<string, unknown>>
}

/** What a body tells. `problems` is empty when it tells nothing. */
export interface DecodedError extends DecodedProblem {
  readonly status?: number
  readonly docUrl?: string
  readonly retryAfterSeconds?: number
  readonly problems: readonly DecodedProblem[]
}

/** What the bodies of one code have in common. */
export interface CodeFacts {
  readonly code: string
  readonly type: string
  readonly status: number
  /** Reason phrase of the status, from the contract's table. */
  readonly title: string
  /** Page of the code; present where the contract wants it in bodies. */
  readonly docUrl?: string
  /** Schema of its details; absent where it has none. */
  readonly details?: JsonSchema
}

/** How a document describes the bodies of single codes. */
export interface CodeSchemas {
  /** True where the member `code` of a variant tells one from the other; else all codes of a status have one variant. */
  readonly tellsCode: boolean
  /** The part of a body that is about one code: flat, what is fixed of it as `const`. */
  variant(facts: CodeFacts): JsonSchema
  /** The schema of a whole body from that of the part: a variant, or a choice of several. */
  body(part: JsonSchema): JsonSchema
}

/** How errors are written on the wire. Nothing else in the library knows an envelope. */
export interface Format {
  readonly name: FormatName
  /** Media type of its bodies. */
  readonly mediaType: string
  /** The body of an error, ready for `JSON.stringify`. */
  encode(error: WireError): JsonValue
  /** Reads any parsed body, also a sloppy one, and never throws. `undefined` stands for no body. */
  decode(body: unknown): DecodedError
  /** True when the body looks like one of this format: for clients that do not know what they talk to. */
  recognises(body: unknown): boolean
  /** JSON Schema (2020-12) of a body. */
  readonly schema: JsonSchema
  /** The same, code by code. */
  readonly codeSchemas: CodeSchemas
}
