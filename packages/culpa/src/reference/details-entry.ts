import type { ResolvedError } from '../contract/declaration.ts'
import type { JsonSchema, JsonValue } from '../formats/format.ts'
import { detailsRows } from './details-rows.ts'
import { fieldsOf, type SchemaConverter, toJsonSchema } from './json-schema.ts'
import type { DetailsEntry } from './reference.ts'
import { schemaParts } from './schema-parts.ts'
import { typeText } from './type-text.ts'

/** The details of a code: from their JSON Schema, else from their example. */
export function detailsEntry(error: ResolvedError, convert?: SchemaConverter): DetailsEntry | undefined {
  if (error.details === undefined) return undefined
  const schema = toJsonSchema(error.details, 'output', convert) ?? toJsonSchema(error.details, 'input', convert)
  // A contract checks the example against the schema; that it is JSON is what the wire asks of it.
  const example = error.example as JsonValue | undefined
  const fields = schema === undefined ? [] : membersOf(schema)
  const rows = schema === undefined ? [] : detailsRows(schema)
  if (rows.length > 0) return { schema, example, fields, rows }
  const seen = guessed(example)
  return { schema, example, fields: seen, rows: seen.map(({ name, ...more }) => ({ path: name, where: '', ...more })) }
}

/** Of several shapes, the members of all: one that some lack may be absent. */
function membersOf(root: JsonSchema): DetailsEntry['fields'] {
  const shapes = schemaParts(root).alternatives(root).map(fieldsOf)
  const names = [...new Set(shapes.flatMap((fields) => fields.map(({ name }) => name)))]
  return names.map((name) => {
    const found = shapes.flatMap((fields) => fields.filter((field) => field.name === name))
    return {
      name,
      type: typeText({ anyOf: found.map(({ schema }) => schema) }, root),
      required: found.length === shapes.length && found.every(({ required }) => required),
      meaning: String(found.find(({ schema }) => schema.description !== undefined)?.schema.description ?? ''),
    }
  })
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
