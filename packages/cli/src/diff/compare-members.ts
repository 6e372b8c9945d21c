import { isDeepStrictEqual } from 'node:util'
import { compareSizes } from './compare-limits.ts'
import { breaks, notes, type SchemaChange, within } from './schema-change.ts'
import { assertionsOf, isSchema, type Schema, valuesOf } from './schema-shapes.ts'

type Compare = (before: unknown, after: unknown) => readonly SchemaChange[]

/** An object as its reader knows it. */
interface Members {
  readonly named: ReadonlyMap<string, unknown>
  readonly required: ReadonlySet<string>
  /** Schemas by the pattern of the names that they are for. */
  readonly patterns: ReadonlyMap<string, unknown>
  /** Schema of all others, as in a record; nothing where nothing is said of them. */
  readonly others: unknown
  /** What names must be like, where it is not a list of them. */
  readonly names: unknown
}

/** Compares objects and records. `compare` compares their members. Callers are open to members they do not know. */
export function compareMembers(before: Schema, after: Schema, compare: Compare): readonly SchemaChange[] {
  const [had, has] = [membersOf(before), membersOf(after)]
  return [
    ...[...had.named].flatMap(([name, schema]) => within(name, compareNamed(name, schema, had, has, compare))),
    ...[...has.named]
      .filter(([name]) => !had.named.has(name))
      .flatMap(([name, schema]) => within(name, compareAdded(name, schema, had, has, compare))),
    ...comparePatterns(had, has, compare),
    ...compareOthers(had, has, compare),
    ...(isDeepStrictEqual(had.names, has.names) ? [] : [notes('the names that its members may have changed')]),
    ...compareSizes(before, after, ['minProperties', 'maxProperties'], 'number of members'),
  ]
}

function membersOf({ properties, required, patternProperties, additionalProperties, propertyNames }: Schema): Members {
  const isRecord = isSchema(additionalProperties) && Object.keys(assertionsOf(additionalProperties)).length > 0
  const others = isRecord ? additionalProperties : undefined
  const listed = isSchema(propertyNames) ? valuesOf(propertyNames) : undefined
  const named = new Map<string, unknown>(isSchema(properties) ? Object.entries(properties) : [])
  const sure = new Set([required ?? []].flat().map(String))
  for (const name of [...(isRecord ? (listed ?? []) : []).map(String), ...sure]) {
    if (!named.has(name)) named.set(name, others ?? true)
  }
  const { type: _text, ...names } = isSchema(propertyNames) && listed === undefined ? assertionsOf(propertyNames) : {}
  return {
    named,
    required: sure,
    patterns: new Map(isSchema(patternProperties) ? Object.entries(patternProperties) : []),
    others: listed === undefined ? others : undefined,
    names,
  }
}

/** Schema of a member that has no entry of its own. */
function unnamed({ patterns, others }: Members, name: string): unknown {
  const [, schema = others] = [...patterns].find(([pattern]) => matches(pattern, name)) ?? []
  return schema
}

function matches(pattern: string, name: string): boolean {
  try {
    return new RegExp(pattern, 'u').test(name)
  } catch {
    return false
  }
}

function compareNamed(name: string, schema: unknown, had: Members, has: Members, compare: Compare) {
  const next = has.named.get(name) ?? unnamed(has, name)
  if (next === undefined || next === false) return [breaks('is no longer there')]
  const [wasSure, isSure] = [had.required.has(name), has.required.has(name)]
  return [
    ...(wasSure && !isSure ? [breaks('may be absent now')] : []),
    ...(!wasSure && isSure ? [notes('is always there now')] : []),
    ...compare(schema, next),
  ]
}

/** It may have been there already, as one that only its pattern or the record knew. */
function compareAdded(name: string, schema: unknown, had: Members, has: Members, compare: Compare) {
  const old = unnamed(had, name)
  if (old === undefined) return [notes('is new')]
  return [...(has.required.has(name) ? [notes('is always there now')] : []), ...compare(old, schema)]
}

function comparePatterns(had: Members, has: Members, compare: Compare): readonly SchemaChange[] {
  const told = (pattern: string, changes: readonly SchemaChange[]) =>
    within('*', changes).map((one) => ({ ...one, message: `${one.message} (names like ${pattern})` }))
  return [
    ...[...had.patterns].flatMap(([pattern, schema]) => {
      const next = has.patterns.get(pattern) ?? has.others
      return told(pattern, next === undefined ? [breaks('is no longer there')] : compare(schema, next))
    }),
    ...[...has.patterns]
      .filter(([pattern]) => !had.patterns.has(pattern))
      .flatMap(([pattern, schema]) =>
        told(pattern, had.others === undefined ? [notes('is new')] : compare(had.others, schema)),
      ),
  ]
}

function compareOthers(had: Members, has: Members, compare: Compare): readonly SchemaChange[] {
  if (had.others === undefined && has.others === undefined) return []
  if (has.others === undefined) return within('*', [breaks('is no longer there')])
  if (had.others === undefined) return within('*', [notes('is new')])
  return within('*', compare(had.others, has.others))
}
