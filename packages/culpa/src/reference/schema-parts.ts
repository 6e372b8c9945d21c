import type { JsonSchema } from '../formats/format.ts'

/** What a reader of documents wants to know of a schema's structure. */
export interface SchemaParts {
  /** Alternatives, each without references; one where there is no choice. */
  alternatives(schema: unknown): readonly JsonSchema[]
}

/**
 * Reads the parts of a document: references within it are followed, `allOf` is made one as far as members go.
 * @example
 * schemaParts(root).alternatives(root)
 */
export function schemaParts(root: JsonSchema | undefined): SchemaParts {
  function resolved(schema: unknown, seen: readonly unknown[] = []): JsonSchema {
    if (!isObject(schema)) return {}
    const target = referredTo(root, schema.$ref)
    if (target === undefined || seen.includes(target)) return whole(schema, seen)
    const { $ref: _reference, ...own } = schema
    return whole({ ...resolved(target, [...seen, target]), ...own }, seen)
  }

  function whole({ allOf, ...own }: JsonSchema, seen: readonly unknown[]): JsonSchema {
    if (!Array.isArray(allOf)) return own
    const parts = [own, ...allOf.map((part) => resolved(part, seen))]
    const properties = Object.assign({}, ...parts.map((part) => part.properties ?? {}))
    const required = [...new Set(parts.flatMap((part) => part.required ?? []))]
    return { ...Object.assign({}, ...parts.toReversed()), properties, required }
  }

  function alternatives(schema: unknown, seen: readonly unknown[] = []): readonly JsonSchema[] {
    const one = resolved(schema)
    const choice = one.oneOf ?? one.anyOf
    if (!Array.isArray(choice) || seen.includes(schema)) return [one]
    return choice.flatMap((part) => alternatives(part, [...seen, schema]))
  }

  return { alternatives: (schema) => alternatives(schema) }
}

/** The definition that a reference within a document leads to. */
function referredTo(root: JsonSchema | undefined, reference: unknown): JsonSchema | undefined {
  if (reference === '#') return root
  const [, home, name] = /^#\/(\$defs|definitions)\/([^/]+)$/.exec(String(reference ?? '')) ?? []
  const definitions = home === undefined ? undefined : root?.[home]
  const found = isObject(definitions) && name !== undefined ? definitions[name] : undefined
  return isObject(found) ? found : undefined
}

/** Positions of a tuple, and what follows them; nothing for any other list. */
export function tupleOf({ prefixItems, items, additionalItems, minItems = 0 }: JsonSchema) {
  // Up to draft 2019-09 a list of schemas was called `items`.
  const positions = Array.isArray(prefixItems) ? prefixItems : Array.isArray(items) ? items : undefined
  if (positions === undefined) return undefined
  const rest = Array.isArray(items) ? additionalItems : items
  return { positions, rest: isObject(rest) ? rest : undefined, sure: Number(minItems) }
}

/** Members whose names are not known, as in a record, by what is known of their names. */
export function recordsOf(schema: JsonSchema): readonly (readonly [key: string, schema: JsonSchema])[] {
  const { additionalProperties: others, patternProperties, propertyNames } = schema
  const patterns = Object.entries(isObject(patternProperties) ? patternProperties : {})
  const isRecord = isObject(others) && Object.keys(others).length > 0
  return [
    ...patterns.map(([pattern, one]) => [`key like ${pattern}`, isObject(one) ? one : {}] as const),
    ...(isRecord ? [[keyOf(propertyNames), others] as const] : []),
  ]
}

function keyOf(names: unknown): string {
  if (!isObject(names)) return 'key'
  if (Array.isArray(names.enum)) return names.enum.map((name) => JSON.stringify(name)).join(' or ')
  return typeof names.pattern === 'string' ? `key like ${names.pattern}` : 'key'
}

export function isObject(value: unknown): value is JsonSchema {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}
