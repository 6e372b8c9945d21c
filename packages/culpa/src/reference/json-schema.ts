import type { StandardJSONSchemaV1, StandardSchemaV1 } from '@standard-schema/spec'
import type { JsonSchema } from '../formats/format.ts'

/** Which side of a schema: what it takes, or what it gives. */
export type SchemaSide = 'input' | 'output'

/** Gives the JSON Schema of a schema whose library does not, such as valibot's. */
export type SchemaConverter = (schema: StandardSchemaV1, side: SchemaSide) => JsonSchema | undefined

type Converter = Partial<StandardJSONSchemaV1.Converter> | undefined

/** What cannot be written as JSON Schema is left open instead of failing the whole (an option of zod, unknown to others). */
const lenient = { unrepresentable: 'any' }

/**
 * The JSON Schema (2020-12) of a schema, from its library by Standard JSON Schema; nothing where it cannot tell.
 * @example
 * toJsonSchema(z.object({ amount: z.number() }), 'input')
 */
export function toJsonSchema(
  schema: StandardSchemaV1 | undefined,
  side: SchemaSide,
  convert?: SchemaConverter,
): JsonSchema | undefined {
  if (schema === undefined) return undefined
  const given = convert?.(schema, side) ?? fromLibrary(schema, side)
  if (given === undefined) return undefined
  const { $schema: _dialect, ...rest } = given
  return rest
}

function fromLibrary(schema: StandardSchemaV1, side: SchemaSide): JsonSchema | undefined {
  // Standard JSON Schema adds the member to the same object; the types of Standard Schema do not know it.
  const { jsonSchema } = schema['~standard'] as { readonly jsonSchema?: Converter }
  try {
    const json = jsonSchema?.[side]?.({ target: 'draft-2020-12', libraryOptions: lenient })
    return json === undefined ? undefined : (JSON.parse(JSON.stringify(json)) as JsonSchema)
  } catch {
    return undefined
  }
}

/** A member of an object, as its schema describes it. */
export interface SchemaField {
  readonly name: string
  readonly schema: JsonSchema
  readonly required: boolean
}

/**
 * The members of an object schema, in their order; none for any other schema.
 * @example
 * fieldsOf({ type: 'object', required: ['id'], properties: { id: { type: 'string' } } })
 */
export function fieldsOf(schema: JsonSchema | undefined): readonly SchemaField[] {
  const required = [schema?.required ?? []].flat()
  return Object.entries((schema?.properties ?? {}) as Record<string, JsonSchema>).map(([name, one]) => ({
    name,
    schema: typeof one === 'object' ? one : {},
    required: required.includes(name),
  }))
}

/** Whether a value that a schema describes by itself, such as a header's, has to be there. */
export function isRequired(schema: StandardSchemaV1): boolean {
  const result = schema['~standard'].validate(undefined)
  if (!(result instanceof Promise)) return result.issues !== undefined
  result.catch(() => undefined)
  return true
}
