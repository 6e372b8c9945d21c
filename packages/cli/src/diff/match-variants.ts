import { breaks, notes, type SchemaChange } from './schema-change.ts'
import { isSchema, type Schema, valuesOf } from './schema-shapes.ts'

type Compare = (before: Schema, after: Schema) => readonly SchemaChange[]

/**
 * Compares the variants of a union that have one JSON type. Where a member tells them apart, those of one value are
 * compared, and a value that is new is as any new value: callers are open to it. Elsewhere each new variant must be
 * one that callers could have met.
 */
export function matchVariants(
  before: readonly Schema[],
  after: readonly Schema[],
  compare: Compare,
): readonly SchemaChange[] {
  const [old, next] = [before[0], after[0]]
  const mark = discriminatorOf(before, after)
  if (mark !== undefined && before.length + after.length > 2) return matchByValue(before, after, mark, compare)
  if (before.length === 1 && after.length === 1 && old !== undefined && next !== undefined) return compare(old, next)
  return matchByShape(before, after, compare)
}

/** The member that has values of its own in each variant, and always is there. */
function discriminatorOf(before: readonly Schema[], after: readonly Schema[]): string | undefined {
  const [first = {}] = before
  const names = Object.keys(isSchema(first.properties) ? first.properties : {})
  return names.find((name) => [before, after].every((variants) => tellsApart(variants, name)))
}

function tellsApart(variants: readonly Schema[], name: string): boolean {
  const values = variants.map((variant) => marksOf(variant, name))
  const all = values.flat()
  return values.every((own) => own.length > 0) && new Set(all).size === all.length
}

/** The values of a discriminator, as JSON. */
function marksOf({ properties, required }: Schema, name: string): readonly string[] {
  const member = isSchema(properties) ? properties[name] : undefined
  if (!isSchema(member) || ![required ?? []].flat().includes(name)) return []
  return (valuesOf(member) ?? []).map((value) => JSON.stringify(value))
}

function matchByValue(before: readonly Schema[], after: readonly Schema[], name: string, compare: Compare) {
  const byMark = (variants: readonly Schema[]) =>
    new Map(variants.flatMap((variant) => marksOf(variant, name).map((value) => [value, only(variant, name, value)])))
  const [had, has] = [byMark(before), byMark(after)]
  const shape = (value: string) => `with ${name} ${value}`
  return [
    ...[...had].flatMap(([value, variant]) => {
      const next = has.get(value)
      if (next === undefined) return [notes(`is never one ${shape(value)} any more`)]
      return compare(variant, next).map((one) => ({ ...one, message: `${one.message} (${shape(value)})` }))
    }),
    ...[...has.keys()].filter((value) => !had.has(value)).map((value) => notes(`may be one ${shape(value)} now`)),
  ]
}

/** A variant for several values of its discriminator, as it is for one. */
function only(variant: Schema, name: string, value: string): Schema {
  const properties = variant.properties as Schema
  return { ...variant, properties: { ...properties, [name]: { const: JSON.parse(value) } } }
}

function matchByShape(before: readonly Schema[], after: readonly Schema[], compare: Compare) {
  const fresh: Schema[] = []
  const left = new Set(before)
  for (const next of after) {
    const same = before.find((old) => compare(old, next).length === 0)
    if (same === undefined) fresh.push(next)
    else left.delete(same)
  }
  const [only] = left
  const [one] = fresh
  // Most likely this one became that one: what changed in it says more than that it is another.
  if (left.size === 1 && fresh.length === 1 && only !== undefined && one !== undefined) return compare(only, one)
  const gained = fresh.flatMap((next) => {
    const known = before.map((old) => compare(old, next)).find((changes) => changes.every(({ breaking }) => !breaking))
    if (known === undefined) return [breaks(`may have a shape now that it never had: ${inWords(next)}`)]
    for (const old of [...left]) if (compare(old, next).every(({ breaking }) => !breaking)) left.delete(old)
    return known
  })
  return [...gained, ...[...left].map((old) => notes(`never has the shape ${inWords(old)} any more`))]
}

function inWords(schema: Schema): string {
  if (isSchema(schema.properties)) return `{ ${Object.keys(schema.properties).join(', ')} }`
  return JSON.stringify(schema)
}
