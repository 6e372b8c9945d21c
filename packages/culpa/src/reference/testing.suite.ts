import type { StandardSchemaV1 } from '@standard-schema/spec'
import type { ErrorDeclarations } from '../contract/declaration.ts'
import { type ContractDefinition, defineContract } from '../contract/define-contract.ts'
import type { DocumentedApi, DocumentedOperation } from './reference-api.ts'

/** An operation that asks for nothing, but for what is given. */
export function documentedOperation(id: string, given: Partial<DocumentedOperation> = {}): DocumentedOperation {
  const [method = '', path = ''] = id.split(' ')
  return {
    ...{ id, method, path, summary: '', scopes: [], limit: [], idempotency: 'ignored', precondition: 'ignored' },
    ...{ params: undefined, query: undefined, headers: undefined, body: undefined, returns: undefined },
    ...{ consumes: ['application/json'], produces: ['application/json'], errors: [] },
    ...given,
  }
}

/** An API of these operations; each may answer with the codes beside it. */
export function documentedApi(
  definition: Omit<ContractDefinition<ErrorDeclarations>, 'docs'>,
  ...plans: readonly (readonly [operation: DocumentedOperation, ...codes: string[]])[]
): DocumentedApi {
  return {
    contract: defineContract({ docs: 'https://docs.example.com/errors', ...definition }),
    plans: plans.map(([operation, ...codes]) => ({ operation, codes: new Set(codes) })),
  }
}

/** A schema of a library that gives no JSON Schema. */
export const silentSchema: StandardSchemaV1 = {
  '~standard': { version: 1, vendor: 'none', validate: (value) => ({ value }) },
}
