import { isDeepStrictEqual } from 'node:util'
import { mergeSchemas } from './merge-schemas.ts'

/** A JSON Schema that is an object. */
export type Schema = Readonly<Record<string, unknown>>

export type ShapeKind = 'any' | 'string' | 'number' | 'boolean' | 'null' | 'array' | 'object'

/** One of the ways a value may be: its JSON type, and what is said of values of that type. */
export interface Shape {
  readonly kind: ShapeKind
  readonly schema: Schema
}

/** Keywords that say nothing about which values there may be. */
const annotations: ReadonlySet<string> = new Set(
  '$schema $id id $anchor $comment $defs definitions title description default examples example deprecated readOnly writeOnly'.split(
    ' ',
  ),
)

export const isSchema = (value: unknown): value is Schema =>
  typeof value === 'object' && value !== null && !Array.isArray(value)

/** The keywords that say which values there may be. */
export function assertionsOf(schema: Schema): Schema {
  return Object.fromEntries(Object.entries(schema).filter(([name]) => !annotations.has(name) && !name.startsWith('x-')))
}

/**
 * Makes the function that takes a schema of a document apart: references followed, `allOf` made one, choices and lists
 * of types made alternatives. No alternative means that there is no such value.
 * @example
 * shapesIn(document)({ type: ['string', 'null'] }) // [{ kind: 'string', … }, { kind: 'null', … }]
 */
export function shapesIn(root: Schema): (schema: unknown) => readonly Shape[] {
  const known = new WeakMap<Schema, readonly Shape[]>()

  function shapesOf(schema: unknown): readonly Shape[] {
    if (schema === false) return []
    if (!isSchema(schema)) return [{ kind: 'any', schema: {} }]
    const found = known.get(schema)
    if (found !== undefined) return found
    // A choice that has itself as a part gains nothing by it.
    known.set(schema, [])
    const shapes = alternatives(flattened(schema))
    const anything = shapes.find((shape) => shape.kind === 'any' && Object.keys(shape.schema).length === 0)
    const result = anything === undefined ? shapes : [anything]
    known.set(schema, result)
    return result
  }

  /** Without references and `allOf`, as far as they can be understood. */
  function flattened(schema: Schema, seen: readonly unknown[] = []): Schema {
    const { $ref, allOf, ...own } = assertionsOf(schema)
    const target = $ref === undefined ? true : pointedAt(root, $ref)
    if (target === undefined || seen.includes(schema)) return { ...schema }
    const parts = [target, ...(Array.isArray(allOf) ? allOf : [])].filter((part) => part !== true)
    const unclear: unknown[] = []
    let whole: Schema = own
    for (const part of parts) {
      const merged = isSchema(part) ? mergeSchemas(whole, flattened(part, [...seen, schema])) : undefined
      if (merged === undefined) unclear.push(part)
      else whole = merged
    }
    return unclear.length === 0 ? whole : { ...whole, allOf: unclear }
  }

  function alternatives(schema: Schema): readonly Shape[] {
    const { anyOf, oneOf, ...own } = schema
    const choice = anyOf ?? oneOf
    if (Array.isArray(choice) && (anyOf === undefined || oneOf === undefined)) {
      return choice.flatMap((one) => (isEmpty(own) ? shapesOf(one) : shapesOf(joined(own, one))))
    }
    if (isDeepStrictEqual(schema.not, {})) return []
    return kindsOf(schema).map((kind) => ({ kind, schema: ofKind(schema, kind) }))
  }

  return shapesOf
}

function isEmpty(schema: Schema): boolean {
  return Object.keys(schema).length === 0
}

function joined(own: Schema, one: unknown): unknown {
  return one === false ? false : { allOf: [own, one] }
}

/** The definition that a schema stands for, where it does nothing else. */
export function referredTo(root: Schema, schema: unknown, seen: readonly unknown[] = []): unknown {
  if (!isSchema(schema) || seen.includes(schema)) return schema
  const { $ref, ...more } = assertionsOf(schema)
  const target = $ref === undefined || !isEmpty(more) ? undefined : pointedAt(root, $ref)
  return target === undefined ? schema : referredTo(root, target, [...seen, schema])
}

/** What a JSON pointer within the document leads to. */
function pointedAt(root: Schema, reference: unknown): unknown {
  const [, path] = /^#((?:\/[^/]*)*)$/.exec(String(reference)) ?? []
  if (path === undefined) return undefined
  const names = path.split('/').slice(1)
  return names.reduce<unknown>((at, name) => {
    const key = decodeURIComponent(name).replaceAll('~1', '/').replaceAll('~0', '~')
    return typeof at === 'object' && at !== null && Object.hasOwn(at, key) ? at[key as keyof typeof at] : undefined
  }, root)
}

const ofObjects = ['properties', 'required', 'additionalProperties', 'patternProperties', 'propertyNames']
const ofArrays = ['items', 'prefixItems', 'additionalItems']

function kindsOf(schema: Schema): readonly ShapeKind[] {
  const values = valuesOf(schema)
  const types = schema.type === undefined ? undefined : new Set([schema.type].flat().map(toKind))
  if (values !== undefined) {
    return [...new Set(values.map(kindOfValue))].filter((kind) => types === undefined || types.has(kind))
  }
  if (types !== undefined) return [...types]
  if (ofObjects.some((keyword) => schema[keyword] !== undefined)) return ['object']
  return ofArrays.some((keyword) => schema[keyword] !== undefined) ? ['array'] : ['any']
}

function toKind(type: unknown): ShapeKind {
  return type === 'integer' ? 'number' : (type as ShapeKind)
}

function kindOfValue(value: unknown): ShapeKind {
  if (value === null) return 'null'
  // JSON has no other types.
  return Array.isArray(value) ? 'array' : (typeof value as ShapeKind)
}

/** The values that a schema lists; `const` is a list of one. */
export function valuesOf(schema: Schema): readonly unknown[] | undefined {
  if ('const' in schema) return [schema.const]
  return Array.isArray(schema.enum) ? schema.enum : undefined
}

const keywordsByKind: Readonly<Record<string, ShapeKind>> = {
  ...keywords('string', 'minLength maxLength pattern format contentEncoding contentMediaType contentSchema'),
  ...keywords('number', 'minimum maximum exclusiveMinimum exclusiveMaximum multipleOf'),
  ...keywords('array', `${ofArrays.join(' ')} minItems maxItems uniqueItems contains minContains maxContains`),
  ...keywords('object', `${ofObjects.join(' ')} minProperties maxProperties dependentRequired dependentSchemas`),
}

function keywords(kind: ShapeKind, names: string): Record<string, ShapeKind> {
  return Object.fromEntries(names.split(' ').map((name) => [name, kind]))
}

/** What a schema says of values of one type. */
function ofKind({ type, const: _one, enum: _several, ...schema }: Schema, kind: ShapeKind): Schema {
  const values = valuesOf({ ...(_one !== undefined && { const: _one }), enum: _several })
  const own = Object.entries(schema).filter(([name]) => (keywordsByKind[name] ?? kind) === kind)
  const isWhole = kind === 'number' && type !== undefined && ![type].flat().includes('number')
  return {
    ...Object.fromEntries(own),
    ...(isWhole && { type: 'integer' }),
    ...(values !== undefined && { enum: values.filter((value) => kindOfValue(value) === kind) }),
  }
}
