import type { JsonSchema } from '../../formats/format.ts'
import { fieldsOf, toJsonSchema } from '../json-schema.ts'
import type { OperationSource } from './document-source.ts'
import type { JsonObject } from './json-object.ts'
import { pascal } from './names.ts'
import { openSchema } from './undescribed.ts'

const form = 'application/x-www-form-urlencoded'

/** The body an operation reads; nothing for one that reads none. */
export function requestBody(source: OperationSource): JsonObject | undefined {
  const { operation, components, convert, name } = source
  if (operation.body === undefined) return undefined
  const json = toJsonSchema(operation.body, 'input', convert)
  const schema = json === undefined ? openSchema(operation.body) : components.embed(json, `${pascal(name)}Body`)
  const isNeeded = json === undefined || fieldsOf(json).some(({ required }) => required)
  const content = operation.consumes.map((type) => [type, { schema, ...(type === form && encoding(schema)) }])
  return { ...(isNeeded && { required: true }), content: Object.fromEntries(content) }
}

/** How a form writes what is no single value: in brackets (`metadata[order]=1`, `expand[0]=customer`). */
function encoding(schema: JsonSchema): JsonObject {
  const nested = fieldsOf(schema).filter((field) => isNested(field.schema))
  if (nested.length === 0) return {}
  return { encoding: Object.fromEntries(nested.map(({ name }) => [name, { style: 'deepObject', explode: true }])) }
}

function isNested({ type, anyOf = [], oneOf = [] }: JsonSchema): boolean {
  const choices = [anyOf, oneOf].flat() as readonly JsonSchema[]
  return type === 'object' || type === 'array' || choices.some(isNested)
}
