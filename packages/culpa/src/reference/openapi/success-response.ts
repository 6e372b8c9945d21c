import { toJsonSchema } from '../json-schema.ts'
import type { OperationSource } from './document-source.ts'
import type { JsonObject } from './json-object.ts'
import { pascal } from './names.ts'
import { responseHeaders } from './response-headers.ts'
import { openSchema } from './undescribed.ts'

/**
 * What is known of the success of an operation: the status, where the contract's table has one of its kind, and what its
 * `returns` says of the body.
 */
export function successResponse(source: OperationSource): Readonly<Record<string, JsonObject>> {
  const { api, operation, version } = source
  const successes = Object.entries(api.contract.statuses).filter(([status]) => status.startsWith('2'))
  const [status, row] = successes.length === 1 && successes[0] !== undefined ? successes[0] : ['2XX', undefined]
  const content = Object.fromEntries(operation.produces.map((type) => [type, { schema: schemaOf(source, type) }]))
  return {
    [status]: {
      ...(version === '3.2' && { summary: row?.name ?? 'Success' }),
      description: row?.meaning ?? 'It worked.',
      headers: responseHeaders(source, []),
      content,
    },
  }
}

/** Nothing is known of a body without a schema: any JSON will do, and any text. */
function schemaOf({ operation, components, convert, name }: OperationSource, mediaType: string): JsonObject {
  if (!/[/+]json\b/.test(mediaType)) return { type: 'string' }
  const { returns } = operation
  if (returns === undefined) return {}
  const schema = toJsonSchema(returns, 'output', convert) ?? toJsonSchema(returns, 'input', convert)
  return schema === undefined ? openSchema(returns) : components.embed(schema, `${pascal(name)}Result`)
}
