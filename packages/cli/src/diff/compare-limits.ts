import { isDeepStrictEqual } from 'node:util'
import { breaks, notes, type SchemaChange } from './schema-change.ts'
import type { Schema } from './schema-shapes.ts'

/** How far a value may go on one side: a longer reach lets more through. */
interface Limit {
  readonly reach: number
  readonly text: string
}

/** How long a text is, how much a list or an object holds. */
export function compareSizes(
  before: Schema,
  after: Schema,
  [low, high]: readonly [low: string, high: string],
  what: string,
): readonly SchemaChange[] {
  return [
    ...compareLimit(least(before[low], what), least(after[low], what)),
    ...compareLimit(most(before[high], what), most(after[high], what)),
  ]
}

function least(value: unknown, what: string): Limit {
  if (typeof value !== 'number' || value <= 0) return { reach: 0, text: `${what} without a minimum` }
  return { reach: -value, text: `${what} at least ${value}` }
}

function most(value: unknown, what: string): Limit {
  if (typeof value !== 'number') return { reach: Infinity, text: `${what} without a maximum` }
  return { reach: value, text: `${what} at most ${value}` }
}

function compareLimit(before: Limit, after: Limit): readonly SchemaChange[] {
  if (before.reach === after.reach) return []
  const message = `${after.text} now, was ${before.text}`
  return [after.reach > before.reach ? breaks(message) : notes(message)]
}

/** How large a number is. */
export function compareRanges(before: Schema, after: Schema): readonly SchemaChange[] {
  return [
    ...compareEdge(lowerEdge(before), lowerEdge(after)),
    ...compareEdge(upperEdge(before), upperEdge(after)),
    ...compareSteps(before.multipleOf, after.multipleOf),
  ]
}

/** Where numbers end on one side; `open` where the end itself is none of them. */
interface Edge extends Limit {
  readonly open: boolean
}

function compareEdge(before: Edge, after: Edge): readonly SchemaChange[] {
  if (before.reach === after.reach && before.open === after.open) return []
  const message = `is ${after.text} now, was ${before.text}`
  const isWider = after.reach > before.reach || (after.reach === before.reach && before.open)
  return [isWider ? breaks(message) : notes(message)]
}

function lowerEdge(schema: Schema): Edge {
  const { value, open } = edgeOf(schema, 'minimum', 'exclusiveMinimum', -1)
  if (value === undefined) return { reach: Infinity, open: false, text: 'without a minimum' }
  return { reach: -value, open, text: `${open ? 'more than' : 'at least'} ${value}` }
}

function upperEdge(schema: Schema): Edge {
  const { value, open } = edgeOf(schema, 'maximum', 'exclusiveMaximum', 1)
  if (value === undefined) return { reach: Infinity, open: false, text: 'without a maximum' }
  return { reach: value, open, text: `${open ? 'less than' : 'at most'} ${value}` }
}

function edgeOf(schema: Schema, inclusive: string, exclusive: string, side: 1 | -1) {
  const isWhole = schema.type === 'integer'
  const [closed, open] = [schema[inclusive], schema[exclusive]].map((one) =>
    typeof one === 'number' ? one : undefined,
  )
  // Beyond these JSON has no whole numbers that every reader has: as if there were no limit.
  const told = isWhole && closed === side * Number.MAX_SAFE_INTEGER ? undefined : closed
  if (open === undefined || (told !== undefined && side * told < side * open)) return { value: told, open: false }
  if (!isWhole) return { value: open, open: true }
  return { value: side === 1 ? Math.ceil(open) - 1 : Math.floor(open) + 1, open: false }
}

function compareSteps(before: unknown, after: unknown): readonly SchemaChange[] {
  if (before === after) return []
  if (after === undefined) return [breaks(`is a multiple of any number now, was of ${before}`)]
  const message = `is a multiple of ${after} now`
  if (before === undefined) return [notes(message)]
  const isNarrower = Number.isInteger(Number(after) / Number(before))
  return [isNarrower ? notes(`${message}, was of ${before}`) : breaks(`${message}, was of ${before}`)]
}

const textRules: Readonly<Record<string, string>> = {
  format: 'format',
  pattern: 'pattern',
  contentEncoding: 'encoding',
  contentMediaType: 'media type',
}

/**
 * What texts look like. Whether one pattern lets more through than another is not judged: a change of it breaks, as far
 * as anybody can tell.
 */
export function compareTexts(before: Schema, after: Schema): readonly SchemaChange[] {
  return Object.entries(textRules).flatMap(([keyword, name]) => {
    const [had, has] = [before[keyword], after[keyword]].map((rule) => [rule ?? []].flat().map(String).sort())
    return isDeepStrictEqual(had, has) ? [] : [compareRules(name, had ?? [], has ?? [])]
  })
}

function compareRules(name: string, had: readonly string[], has: readonly string[]): SchemaChange {
  const lost = had.filter((rule) => !has.includes(rule))
  const gained = has.filter((rule) => !had.includes(rule))
  if (lost.length === 0) return notes(`has the ${name} ${gained.join(', ')} now`)
  if (gained.length === 0) return breaks(`has not the ${name} ${lost.join(', ')} any more`)
  return breaks(
    `${name} changed from ${lost.join(', ')} to ${gained.join(', ')}: whether it lets more through is not known`,
  )
}
