import { isDeepStrictEqual } from 'node:util'
import { compareItems } from './compare-items.ts'
import { compareRanges, compareSizes, compareTexts } from './compare-limits.ts'
import { compareMembers } from './compare-members.ts'
import { compareTypes } from './compare-types.ts'
import { compareListed, compareValues, type Values, valuesOfAll } from './compare-values.ts'
import { matchVariants } from './match-variants.ts'
import { breaks, type SchemaChange } from './schema-change.ts'
import { isSchema, referredTo, type Schema, type Shape, type ShapeKind, shapesIn } from './schema-shapes.ts'

/** Deeper, a schema is one that grows by being read. */
const deepest = 60

/**
 * Compares the JSON Schemas of a value that callers read. It breaks them when they may miss what they had, or get what
 * they never got; where only fewer values are possible they are fine, and they are open to values of an enumeration and
 * to members that are new. What is not understood counts as breaking where it is not the same.
 */
export function compareSchemas(before: unknown, after: unknown): readonly SchemaChange[] {
  const [old, next] = [before, after].map((root) => (isSchema(root) ? root : {})) as [Schema, Schema]
  return comparison(old, next)(before, after)
}

function comparison(oldRoot: Schema, nextRoot: Schema): (before: unknown, after: unknown) => readonly SchemaChange[] {
  const [shapesOfOld, shapesOfNext] = [shapesIn(oldRoot), shapesIn(nextRoot)]
  // By the schemas themselves: a pair that is being compared further out has its changes told there.
  const known = new Map<unknown, Map<unknown, readonly SchemaChange[]>>()
  let depth = 0

  function compare(oldSchema: unknown, nextSchema: unknown): readonly SchemaChange[] {
    const [before, after] = [referredTo(oldRoot, oldSchema), referredTo(nextRoot, nextSchema)]
    const found = known.get(before)?.get(after)
    if (found !== undefined) return found
    if (depth >= deepest) return isDeepStrictEqual(before, after) ? [] : [breaks('is too deep to be compared')]
    remember(before, after, [])
    depth++
    const changes = compareShapes(shapesOfOld(before), shapesOfNext(after))
    depth--
    remember(before, after, changes)
    return changes
  }

  function remember(before: unknown, after: unknown, changes: readonly SchemaChange[]): void {
    known.set(before, (known.get(before) ?? new Map()).set(after, changes))
  }

  function compareShapes(before: readonly Shape[], after: readonly Shape[]): readonly SchemaChange[] {
    const isOpen = (shapes: readonly Shape[]) => shapes.some(({ kind }) => kind === 'any')
    const kinds = new Set(before.map(({ kind }) => kind))
    const ofKind = (shapes: readonly Shape[], kind: ShapeKind) =>
      shapes.filter((shape) => shape.kind === kind).map(({ schema }) => schema)
    return [
      ...compareTypes(before, after),
      ...(isOpen(before) !== isOpen(after) ? [] : [...kinds]).flatMap((kind) => {
        const [had, has] = [ofKind(before, kind), ofKind(after, kind)]
        return has.length === 0 ? [] : compareKind(kind, had, has)
      }),
    ]
  }

  function compareKind(kind: ShapeKind, before: readonly Schema[], after: readonly Schema[]): readonly SchemaChange[] {
    const match = (olds: readonly Schema[], nexts: readonly Schema[]) =>
      matchVariants(olds, nexts, (old, next) => [...compareOne(kind, old, next), ...compareUnknown(old, next)])
    if (kind === 'any') return match(before, after)
    const [had, has] = [before, after].map((schemas) => valuesOfAll(kind, schemas)) as [Values, Values]
    if (had.open.length === 0 || has.open.length === 0) return compareValues(had, has)
    return [...compareListed(had.values, has.values), ...match(had.open, has.open)]
  }

  function compareOne(kind: ShapeKind, before: Schema, after: Schema): readonly SchemaChange[] {
    if (kind === 'object') return compareMembers(before, after, compare)
    if (kind === 'array') return compareItems(before, after, compare)
    if (kind === 'number') return compareRanges(before, after)
    if (kind !== 'string') return []
    return [...compareSizes(before, after, ['minLength', 'maxLength'], 'length'), ...compareTexts(before, after)]
  }

  function compareUnknown(before: Schema, after: Schema): readonly SchemaChange[] {
    const keywords = new Set([...Object.keys(before), ...Object.keys(after)])
    return [...keywords]
      .filter((keyword) => !understood.has(keyword) && !isSame(before[keyword], after[keyword]))
      .map((keyword) => breaks(`${keyword} changed in a way that is not judged: compare it by hand`))
  }

  /** The same text says the same only where what it refers to is the same. */
  function isSame(before: unknown, after: unknown): boolean {
    if (!isDeepStrictEqual(before, after)) return false
    return !JSON.stringify(before).includes('"$ref"') || isDeepStrictEqual(oldRoot, nextRoot)
  }

  return compare
}

const understood: ReadonlySet<string> = new Set(
  `type enum minLength maxLength pattern format contentEncoding contentMediaType minimum maximum exclusiveMinimum
  exclusiveMaximum multipleOf items prefixItems additionalItems minItems maxItems uniqueItems properties required
  additionalProperties patternProperties propertyNames minProperties maxProperties`.split(/\s+/),
)
