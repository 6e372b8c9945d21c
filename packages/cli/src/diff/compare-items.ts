import { compareSizes } from './compare-limits.ts'
import { breaks, notes, type SchemaChange, within } from './schema-change.ts'
import type { Schema } from './schema-shapes.ts'

/** A list as its reader knows it. */
interface Items {
  /** Schemas of the first items, each by its position. */
  readonly first: readonly unknown[]
  /** Schema of those that follow; nothing where none does. */
  readonly rest: unknown
  readonly least: number
}

type Compare = (before: unknown, after: unknown) => readonly SchemaChange[]

/** Compares lists and tuples. `compare` compares their items. */
export function compareItems(before: Schema, after: Schema, compare: Compare): readonly SchemaChange[] {
  const [had, has] = [itemsOf(before), itemsOf(after)]
  const count = Math.max(had.first.length, has.first.length)
  const positions = Array.from({ length: count }, (_, index) => index)
  return [
    ...positions.flatMap((index) => within(index, comparePosition(had, has, index, compare))),
    ...compareRest(had, has, compare),
    ...compareSizes(sizesOf(before, had, has), sizesOf(after, had, has), ['minItems', 'maxItems'], 'length'),
    ...(before.uniqueItems === true && after.uniqueItems !== true ? [breaks('may hold an item twice now')] : []),
    ...(before.uniqueItems !== true && after.uniqueItems === true ? [notes('holds no item twice any more')] : []),
  ]
}

/** What of the length the comparison of single positions does not tell. */
function sizesOf({ minItems, maxItems }: Schema, had: Items, has: Items): Schema {
  const isMinimumTold = Math.max(had.least, has.least) <= Math.max(had.first.length, has.first.length)
  const isMaximumTold = had.rest === undefined || has.rest === undefined
  return { ...(!isMinimumTold && { minItems }), ...(!isMaximumTold && { maxItems }) }
}

function itemsOf(schema: Schema): Items {
  const { items, prefixItems, additionalItems, minItems, maxItems } = schema
  // Up to draft 2019-09 a list of schemas was called `items`.
  const first = Array.isArray(prefixItems) ? prefixItems : Array.isArray(items) ? items : []
  const rest = Array.isArray(items) ? additionalItems : items
  const isClosed = rest === false || (first.length > 0 && Number(maxItems ?? Infinity) <= first.length)
  return { first, rest: isClosed ? undefined : (rest ?? true), least: typeof minItems === 'number' ? minItems : 0 }
}

/** Callers read what they know of, as they do in an object. */
function comparePosition(had: Items, has: Items, index: number, compare: Compare): readonly SchemaChange[] {
  const [old, next] = [had.first[index] ?? had.rest, has.first[index] ?? has.rest]
  if (old === undefined && next === undefined) return []
  if (old === undefined) return [notes('is new')]
  if (next === undefined) return [breaks('is no longer there')]
  const [wasSure, isSure] = [had.least > index, has.least > index]
  return [
    ...(wasSure && !isSure ? [breaks('may be absent now')] : []),
    ...(!wasSure && isSure ? [notes('is always there now')] : []),
    ...compare(old, next),
  ]
}

function compareRest(had: Items, has: Items, compare: Compare): readonly SchemaChange[] {
  if (had.rest === undefined && has.rest === undefined) return []
  if (has.rest === undefined) return [notes('has no further items any more')]
  if (had.rest === undefined) return [notes('may have further items now')]
  return within('*', compare(had.rest, has.rest))
}
