import type { ResolvedError } from '../../contract/declaration.ts'
import { formats } from '../../formats/index.ts'
import { exampleThrow } from '../example-error.ts'
import { operationsWith } from '../senders.ts'
import { wireExample } from '../wire-example.ts'
import type { DocumentSource, OperationSource } from './document-source.ts'
import { errorSchema } from './error-schemas.ts'
import type { JsonObject } from './json-object.ts'
import { responseHeaders } from './response-headers.ts'

/** The failed answers of an operation by status, each code a named example. */
export function errorResponses(source: OperationSource): Readonly<Record<string, JsonObject>> {
  const statuses = [...new Set(source.errors.map(({ status }) => status))].sort((a, b) => a - b)
  return Object.fromEntries(statuses.map((status) => [String(status), errorResponse(source, status)]))
}

function errorResponse(source: OperationSource, status: number): JsonObject {
  const { contract } = source.api
  const errors = source.errors.filter((error) => error.status === status)
  const { name = '', meaning = '' } = contract.statuses[status] ?? {}
  const examples = Object.fromEntries(errors.map((error) => [error.code, exampleOf(source, error)]))
  return {
    ...(source.version === '3.2' && { summary: name }),
    description: [meaning, ...errors.map(({ code, message }) => `- \`${code}\`: ${message}`)].join('\n'),
    headers: responseHeaders(source, errors),
    content: { [formats[contract.format].mediaType]: { schema: errorSchema(source, errors), examples } },
  }
}

function exampleOf({ api, components, convert, version }: DocumentSource, error: ResolvedError): JsonObject {
  const operations = operationsWith(api, error)
  const { body } = wireExample(api.contract, error, exampleThrow(error, { api, operations, convert }), operations)
  const summary = error.message
  return components.add(
    'examples',
    error.code,
    version === '3.2' ? { summary, dataValue: body } : { summary, value: body },
  )
}
