import type { StandardSchemaV1 } from '@standard-schema/spec'
import type { Contract } from '../contract/define-contract.ts'

/** What documents tell of an operation. */
export interface DocumentedOperation {
  /** Method and path template, as `GET /v1/charges/:id`. */
  readonly id: string
  readonly method: string
  readonly path: string
  readonly summary: string
  readonly scopes: readonly string[]
  readonly limit: readonly string[]
  readonly idempotency: 'ignored' | 'optional' | 'required'
  readonly precondition: 'ignored' | 'optional' | 'required'
  readonly params: StandardSchemaV1 | undefined
  readonly query: StandardSchemaV1 | undefined
  readonly headers: Readonly<Record<string, StandardSchemaV1>> | undefined
  readonly body: StandardSchemaV1 | undefined
  readonly consumes: readonly string[]
  readonly produces: readonly string[]
  /** Names of the codes it declares itself. */
  readonly errors: readonly string[]
  readonly returns: StandardSchemaV1 | undefined
  readonly returnsHeaders: Readonly<Record<string, StandardSchemaV1>> | undefined
}

/** What documents are made from: what `createApi` gives fits, and so does a contract alone with `plans: []`. */
export interface DocumentedApi {
  readonly contract: Contract
  /** Every operation with the names of all codes it may answer with, those of its guards included. */
  readonly plans: readonly { readonly operation: DocumentedOperation; readonly codes: ReadonlySet<string> }[]
  /** Which websites may call it; absent where none may. */
  readonly cors?: { readonly origins: '*' | readonly string[] } | undefined
}
