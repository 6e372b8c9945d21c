import type { ResolvedError } from '../../contract/declaration.ts'
import type { SchemaConverter } from '../json-schema.ts'
import type { DocumentedApi, DocumentedOperation } from '../reference-api.ts'
import type { Components } from './components.ts'

/** The version of OpenAPI a document is of. */
export type OpenapiVersion = '3.1' | '3.2'

/** What the parts of a document are made from. */
export interface DocumentSource {
  readonly api: DocumentedApi
  readonly version: OpenapiVersion
  readonly components: Components
  readonly convert: SchemaConverter | undefined
}

/** An operation with every error it may answer with. */
export interface OperationSource extends DocumentSource {
  readonly operation: DocumentedOperation
  /** Its name in the document. */
  readonly name: string
  readonly errors: readonly ResolvedError[]
}
