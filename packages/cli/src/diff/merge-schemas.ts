import { isDeepStrictEqual } from 'node:util'

type Schema = Readonly<Record<string, unknown>>
type Merge = (a: unknown, b: unknown) => unknown

/**
 * One schema for values that two schemas let through, each without `allOf`; nothing where that cannot be written.
 * @example
 * mergeSchemas({ type: 'string', minLength: 1 }, { minLength: 3 }) // { type: 'string', minLength: 3 }
 */
export function mergeSchemas(a: Schema, b: Schema): Schema | undefined {
  const merged: Record<string, unknown> = { ...a }
  for (const [keyword, value] of Object.entries(b)) {
    if (!Object.hasOwn(a, keyword) || isDeepStrictEqual(a[keyword], value)) {
      merged[keyword] = value
      continue
    }
    const both = merges[keyword]?.(a[keyword], value)
    if (both === undefined) return undefined
    merged[keyword] = both
  }
  return merged
}

const lowest: Merge = (a, b) => Math.min(Number(a), Number(b))
const highest: Merge = (a, b) => Math.max(Number(a), Number(b))
const together: Merge = (a, b) => [...new Set([a, b].flat())]

const merges: Readonly<Record<string, Merge>> = {
  type: narrowerType,
  properties: mergeProperties,
  required: together,
  additionalProperties: mergeAdditional,
  pattern: together,
  format: together,
  minimum: highest,
  exclusiveMinimum: highest,
  minLength: highest,
  minItems: highest,
  minProperties: highest,
  maximum: lowest,
  exclusiveMaximum: lowest,
  maxLength: lowest,
  maxItems: lowest,
  maxProperties: lowest,
}

function narrowerType(a: unknown, b: unknown): unknown {
  const [one, other] = [[a].flat(), [b].flat()]
  const has = (list: readonly unknown[], type: unknown) =>
    list.includes(type) || (type === 'integer' && list.includes('number'))
  const common = [...one.filter((type) => has(other, type)), ...other.filter((type) => has(one, type))]
  return [...new Set(common)].filter((type) => isNarrowest(type, common))
}

function isNarrowest(type: unknown, common: readonly unknown[]): boolean {
  return type !== 'number' || !common.includes('integer')
}

/** Both are objects: a schema that was read has them so. */
function mergeProperties(a: unknown, b: unknown): unknown {
  const [one, other] = [a as Schema, b as Schema]
  const shared = Object.keys(other).filter((name) => Object.hasOwn(one, name))
  return { ...one, ...other, ...Object.fromEntries(shared.map((name) => [name, { allOf: [one[name], other[name]] }])) }
}

/** A part that is closed names its own members only: those of the other part are there all the same. */
function mergeAdditional(a: unknown, b: unknown): unknown {
  const open = [a, b].filter((one) => one !== false && one !== true)
  return open.length === 2 ? { allOf: open } : (open[0] ?? false)
}
