import { isDeepStrictEqual } from 'node:util'

/** A difference between two schemas of something that callers read. */
export interface SchemaChange {
  readonly pointer: string
  readonly breaking: boolean
  readonly message: string
}

type Schema = Readonly<Record<string, unknown>>

const isObject = (value: unknown): value is Schema =>
  typeof value === 'object' && value !== null && !Array.isArray(value)

/**
 * Compares the JSON Schemas of a value that callers read. It breaks them when they may miss what they had, or get what
 * they never got; where only fewer values are possible they are fine.
 */
export function compareSchemas(before: unknown, after: unknown): readonly SchemaChange[] {
  const roots = { before: isObject(before) ? before : {}, after: isObject(after) ? after : {} }
  return compare(roots.before, roots.after, '', { ...roots, met: new Set() })
}

interface Roots {
  readonly before: Schema
  readonly after: Schema
  /** Definitions that were compared: once is enough, and a schema may refer to itself. */
  readonly met: Set<string>
}

function compare(old: Schema, next: Schema, pointer: string, roots: Roots): readonly SchemaChange[] {
  const pair = JSON.stringify([old.$ref, next.$ref])
  if (roots.met.has(pair)) return []
  if (old.$ref !== undefined || next.$ref !== undefined) roots.met.add(pair)
  const [before, after] = [resolved(old, roots.before), resolved(next, roots.after)]
  if (isChoice(before) || isChoice(after)) {
    return isSame(before, after, roots) ? [] : choices(before, after, pointer)
  }
  return [
    ...types(before, after, pointer),
    ...values(before, after, pointer),
    ...members(before, after, pointer, roots),
    ...(isObject(before.items) && isObject(after.items)
      ? compare(before.items, after.items, `${pointer}/*`, roots)
      : []),
  ]
}

/** The same text says the same only where what it refers to is the same. */
function isSame(before: Schema, after: Schema, roots: Roots): boolean {
  const refers = JSON.stringify(before).includes('"$ref"')
  const definitions = [roots.before.$defs ?? roots.before.definitions, roots.after.$defs ?? roots.after.definitions]
  return isDeepStrictEqual(before, after) && (!refers || isDeepStrictEqual(definitions[0], definitions[1]))
}

function resolved(schema: Schema, root: Schema): Schema {
  const [, name] = /^#\/(?:\$defs|definitions)\/([^/]+)$/.exec(String(schema.$ref ?? '')) ?? []
  const definitions = root.$defs ?? root.definitions
  const found = isObject(definitions) && name !== undefined ? definitions[name] : undefined
  return isObject(found) ? found : schema
}

function isChoice(schema: Schema): boolean {
  return ['anyOf', 'oneOf', 'allOf', 'not', '$ref'].some((key) => schema[key] !== undefined)
}

/** Which of several shapes a value has is not judged, but that a plain value can be nothing else any more. */
function choices(before: Schema, after: Schema, pointer: string): readonly SchemaChange[] {
  const kinds = [typesOf(before), typesOf(after)]
  const [had, has] = kinds
  const gained = had !== undefined && has !== undefined ? [...has].filter((one) => !had.has(one)) : []
  if (gained.length > 0) return [change(pointer, true, `may be ${gained.join(' or ')} now`)]
  const isPlain = !isChoice(after) || [...(has ?? [])].every((one) => one !== 'object' && one !== 'array')
  if (has !== undefined && isPlain) return [change(pointer, false, 'has fewer possible values')]
  return [change(pointer, true, 'changed in a way that cannot be judged: compare it by hand')]
}

function types(before: Schema, after: Schema, pointer: string): readonly SchemaChange[] {
  const [had, has] = [typesOf(before), typesOf(after)]
  if (had === undefined || isDeepStrictEqual(had, has)) return []
  if (has === undefined) return [change(pointer, true, `is of any type now, was ${text(had)}`)]
  const isGain = (type: string) => !had.has(type) && !(type === 'integer' && had.has('number'))
  if ([...has].some(isGain)) return [change(pointer, true, `is ${text(has)} now, was ${text(had)}`)]
  return [change(pointer, false, `is only ${text(has)} now, was ${text(had)}`)]
}

function typesOf(schema: Schema): ReadonlySet<string> | undefined {
  const variants = schema.anyOf ?? schema.oneOf
  if (Array.isArray(variants)) {
    const sets = variants.filter(isObject).map(typesOf)
    return sets.includes(undefined) ? undefined : new Set(sets.flatMap((one) => [...(one ?? [])]))
  }
  if (schema.type !== undefined) return new Set([schema.type].flat().map(String))
  const listed = valuesOf(schema)
  return listed === undefined ? undefined : new Set(listed.map((value) => (value === null ? 'null' : typeof value)))
}

/** Callers are open to values as they are open to codes: a new one does not break them. */
function values(before: Schema, after: Schema, pointer: string): readonly SchemaChange[] {
  const [had, has] = [valuesOf(before), valuesOf(after)]
  if (had === undefined && has === undefined) return []
  if (had !== undefined && has === undefined) return [change(pointer, true, 'may have any value now, had a fixed list')]
  const listed = (list: readonly unknown[]) => list.map((value) => JSON.stringify(value)).join(', ')
  const added = (has ?? []).filter((value) => had !== undefined && !had.includes(value))
  const removed = (had ?? []).filter((value) => !(has ?? []).includes(value))
  return [
    ...(added.length > 0 ? [change(pointer, false, `may be ${listed(added)} now`)] : []),
    ...(removed.length > 0 ? [change(pointer, false, `is never ${listed(removed)} any more`)] : []),
    ...(had === undefined ? [change(pointer, false, `is one of ${listed(has ?? [])} now`)] : []),
  ]
}

function valuesOf(schema: Schema): readonly unknown[] | undefined {
  if (Array.isArray(schema.enum)) return schema.enum
  return 'const' in schema ? [schema.const] : undefined
}

function members(before: Schema, after: Schema, pointer: string, roots: Roots): readonly SchemaChange[] {
  const [had, has] = [propertiesOf(before), propertiesOf(after)]
  return [
    ...Object.keys(had).flatMap((name) => {
      const at = `${pointer}/${escaped(name)}`
      const next = has[name]
      if (next === undefined) return [change(at, true, 'is no longer there')]
      const wasSure = isRequired(before, name)
      const isSure = isRequired(after, name)
      return [
        ...(wasSure && !isSure ? [change(at, true, 'may be absent now')] : []),
        ...(!wasSure && isSure ? [change(at, false, 'is always there now')] : []),
        ...compare(had[name] as Schema, next, at, roots),
      ]
    }),
    ...Object.keys(has)
      .filter((name) => had[name] === undefined)
      .map((name) => change(`${pointer}/${escaped(name)}`, false, 'is new')),
  ]
}

function propertiesOf({ properties }: Schema): Readonly<Record<string, Schema>> {
  const entries = Object.entries(isObject(properties) ? properties : {})
  const own = Object.fromEntries(entries.map(([name, schema]) => [name, isObject(schema) ? schema : {}]))
  // Some member may be called `constructor`.
  return Object.setPrototypeOf(own, null)
}

function isRequired({ required }: Schema, name: string): boolean {
  return Array.isArray(required) && required.includes(name)
}

function change(pointer: string, breaking: boolean, message: string): SchemaChange {
  return { pointer, breaking, message }
}

function escaped(name: string): string {
  return name.replaceAll('~', '~0').replaceAll('/', '~1')
}

function text(types: ReadonlySet<string>): string {
  return [...types].join(' or ')
}
