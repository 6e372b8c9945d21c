import type { JsonSchema, JsonValue } from '../formats/format.ts'
import { isObject, recordsOf, schemaParts, tupleOf } from './schema-parts.ts'

/** Deeper, a type is named by its kind alone. */
const deepest = 3

/**
 * A schema in a few words, for a cell of a table. `root` is the document that its references lead into.
 * @example
 * typeText({ enum: ['a', 'b'] }) // '"a" or "b"'
 * typeText({ type: 'object', additionalProperties: { type: 'number' } }) // '{ [key]: number }'
 */
export function typeText(schema: JsonSchema, root: JsonSchema = schema): string {
  const { alternatives } = schemaParts(root)
  const textOf = (one: unknown, depth: number): string =>
    either(alternatives(one).map((alternative) => plainText(alternative, (part) => textOf(part, depth + 1), depth)))
  return textOf(schema, 0)
}

function plainText(schema: JsonSchema, textOf: (schema: unknown) => string, depth: number): string {
  if (schema.const !== undefined) return JSON.stringify(schema.const)
  if (Array.isArray(schema.enum)) return either(schema.enum.map((value: JsonValue) => JSON.stringify(value)))
  const types = [schema.type ?? []].flat().map(String)
  if (depth > deepest) return types.length === 0 ? 'any value' : either(types)
  const tuple = tupleOf(schema)
  if (tuple !== undefined) {
    const rest = tuple.rest === undefined ? [] : [`…${textOf(tuple.rest)}`]
    return `[${[...tuple.positions.map(textOf), ...rest].join(', ')}]`
  }
  if (schema.type === 'array') return `list of ${textOf(schema.items ?? {})}`
  const [record] = recordsOf(schema)
  const isNamed = isObject(schema.properties) && Object.keys(schema.properties).length > 0
  if (record !== undefined && !isNamed) return `{ [${record[0]}]: ${textOf(record[1])} }`
  return types.length === 0 ? 'any value' : either(types)
}

function either(texts: readonly string[]): string {
  const all = [...new Set(texts)]
  const last = all.at(-1) ?? ''
  return all.length < 2 ? last : `${all.slice(0, -1).join(', ')} or ${last}`
}
