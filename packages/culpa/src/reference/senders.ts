import type { ResolvedError } from '../contract/declaration.ts'
import type { Senders } from './reference.ts'
import type { DocumentedApi, DocumentedOperation } from './reference-api.ts'

/** Codes that answer a request for which there is no operation. */
const beforeOperations: ReadonlySet<string> = new Set(['route_unknown', 'method_not_allowed'])

/** The operations that may answer with a code, those that declare it themselves first; all for a code that precedes them. */
export function operationsWith(api: DocumentedApi, { name }: ResolvedError): readonly DocumentedOperation[] {
  if (beforeOperations.has(name)) return api.plans.map(({ operation }) => operation)
  const found = api.plans.filter(({ codes }) => codes.has(name)).map(({ operation }) => operation)
  const declares = ({ errors }: DocumentedOperation) => errors.includes(name)
  return [...found.filter(declares), ...found.filter((one) => !declares(one))]
}

/**
 * Who may answer with a code.
 * @example
 * sendersOf(api, error) // { who: 'some', operations: ['POST /v1/charges'] }
 */
export function sendersOf(api: DocumentedApi, error: ResolvedError): Senders {
  const total = api.plans.length
  if (total === 0) return { who: 'unknown', operations: [] }
  if (beforeOperations.has(error.name)) return { who: 'anywhere', operations: [] }
  const operations = api.plans.filter(({ codes }) => codes.has(error.name)).map(({ operation }) => operation.id)
  if (operations.length === 0) return { who: 'none', operations }
  return { who: operations.length === total && total > 1 ? 'every' : 'some', operations }
}
