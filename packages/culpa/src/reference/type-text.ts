import type { JsonSchema, JsonValue } from '../formats/format.ts'

/**
 * A schema in a few words, for a cell of a table.
 * @example
 * typeText({ enum: ['a', 'b'] }) // '"a" or "b"'
 */
export function typeText(schema: JsonSchema): string {
  if (schema.const !== undefined) return JSON.stringify(schema.const)
  if (Array.isArray(schema.enum)) return either(schema.enum.map((value: JsonValue) => JSON.stringify(value)))
  const choices = schema.oneOf ?? schema.anyOf
  if (Array.isArray(choices)) return either(choices.map((one) => typeText(one as JsonSchema)))
  if (schema.type === 'array') return `list of ${typeText((schema.items ?? {}) as JsonSchema)}`
  const types = [schema.type ?? []].flat().map(String)
  return types.length === 0 ? 'any value' : either(types)
}

function either(texts: readonly string[]): string {
  const all = [...new Set(texts)]
  const last = all.at(-1) ?? ''
  return all.length < 2 ? last : `${all.slice(0, -1).join(', ')} or ${last}`
}
