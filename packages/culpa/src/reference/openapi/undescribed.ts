import type { StandardSchemaV1 } from '@standard-schema/spec'
import { type SchemaConverter, toJsonSchema } from '../json-schema.ts'
import type { DocumentedApi } from '../reference-api.ts'

/** A schema whose library gives no JSON Schema: documents leave its place open. */
export interface UndescribedSchema {
  /** As `body of POST /v1/charges`, or `details of card_declined`. */
  readonly place: string
  /** The library, as it calls itself. */
  readonly library: string
}

/**
 * The schemas of an API that no document can describe, for whoever writes one: nothing else tells that they are missing.
 * @example
 * undescribedSchemas(api) // [{ place: 'body of POST /v1/charges', library: 'valibot' }]
 */
export function undescribedSchemas(api: DocumentedApi, convert?: SchemaConverter): UndescribedSchema[] {
  const ofOperations = api.plans.flatMap(({ operation }) => {
    const { id, params, query, body, returns } = operation
    return [
      [`path parameters of ${id}`, params],
      [`query of ${id}`, query],
      [`body of ${id}`, body],
      [`answer of ${id}`, returns],
    ] as const
  })
  const ofCodes = [...api.contract.codes.values()].map(({ code, details }) => [`details of ${code}`, details] as const)
  return [...ofOperations, ...ofCodes].flatMap(([place, schema]) =>
    schema === undefined || isDescribed(schema, convert) ? [] : [{ place, library: libraryOf(schema) }],
  )
}

/** What stands in the place of such a schema: any value, and why. */
export function openSchema(schema: StandardSchemaV1): { readonly description: string } {
  return { description: `Not described here: the library of its schema (${libraryOf(schema)}) gives no JSON Schema.` }
}

/** One side of a schema is enough to describe it. */
function isDescribed(schema: StandardSchemaV1, convert: SchemaConverter | undefined): boolean {
  return (['input', 'output'] as const).some((side) => toJsonSchema(schema, side, convert) !== undefined)
}

function libraryOf(schema: StandardSchemaV1): string {
  return schema['~standard'].vendor
}
