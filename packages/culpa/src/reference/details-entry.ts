import type { ResolvedError } from '../contract/declaration.ts'
import type { JsonSchema, JsonValue } from '../formats/format.ts'
import { fieldsOf, type SchemaConverter, toJsonSchema } from './json-schema.ts'
import type { DetailsEntry } from './reference.ts'
import { typeText } from './type-text.ts'

/** The details of a code: from their JSON Schema, else from their example. */
export function detailsEntry(error: ResolvedError, convert?: SchemaConverter): DetailsEntry | undefined {
  if (error.details === undefined) return undefined
  const schema = toJsonSchema(error.details, 'output', convert) ?? toJsonSchema(error.details, 'input', convert)
  // A contract checks the example against the schema; that it is JSON is what the wire asks of it.
  const example = error.example as JsonValue | undefined
  const described = fieldsOf(schema).map(({ name, schema: one, required }) => ({
    name,
    type: typeText(one),
    required,
    meaning: String(one.description ?? ''),
  }))
  return { schema, example, fields: described.length > 0 ? described : guessed(example) }
}

function guessed(example: JsonValue | undefined): DetailsEntry['fields'] {
  if (typeof example !== 'object' || example === null || Array.isArray(example)) return []
  return Object.entries(example as JsonSchema).map(([name, value]) => ({
    name,
    type: Array.isArray(value) ? 'array' : typeof value,
    required: undefined,
    meaning: '',
  }))
}
