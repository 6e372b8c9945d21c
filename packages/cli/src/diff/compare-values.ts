import { isDeepStrictEqual } from 'node:util'
import { breaks, notes, type SchemaChange } from './schema-change.ts'
import { type Schema, type ShapeKind, valuesOf } from './schema-shapes.ts'

/** Alternatives of one type: values that are listed, and those that are not. */
export interface Values {
  readonly values: readonly unknown[]
  readonly open: readonly Schema[]
}

/** Tells them apart. */
export function valuesOfAll(kind: ShapeKind, schemas: readonly Schema[]): Values {
  const listed = schemas.map((schema) => valuesOf(schema) ?? all[kind])
  return {
    values: listed.flatMap((list) => list ?? []),
    open: schemas.filter((_, index) => listed[index] === undefined),
  }
}

/** Types that have few enough values to list. */
const all: Readonly<Partial<Record<ShapeKind, readonly unknown[]>>> = { boolean: [true, false], null: [null] }

/** Callers are open to values as they are open to codes: a new one does not break them. */
export function compareValues(before: Values, after: Values): readonly SchemaChange[] {
  if (after.open.length > 0) return [breaks('may have any value now, had a fixed list')]
  if (before.open.length > 0) return [notes(`is one of ${textOf(after.values)} now`)]
  return compareListed(before.values, after.values)
}

/** Compares the values that are listed on both sides. */
export function compareListed(had: readonly unknown[], has: readonly unknown[]): readonly SchemaChange[] {
  const added = has.filter((value) => !isListed(had, value))
  const removed = had.filter((value) => !isListed(has, value))
  return [
    ...(added.length > 0 ? [notes(`may be ${textOf(added)} now`)] : []),
    ...(removed.length > 0 ? [notes(`is never ${textOf(removed)} any more`)] : []),
  ]
}

function isListed(values: readonly unknown[], value: unknown): boolean {
  return values.some((one) => isDeepStrictEqual(one, value))
}

function textOf(values: readonly unknown[]): string {
  return values.map((value) => JSON.stringify(value)).join(', ')
}
