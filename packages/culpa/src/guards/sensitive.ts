/** Tells what a message about a body must not repeat. */
export interface Sensitive {
  /** True for a sensitive field and what is below it. */
  covers(path: readonly string[]): boolean
  /**
   * Makes, for one body, the test whether a text repeats the value of a sensitive field, wherever the text belongs.
   * Beyond some hundred values, or some million characters to search, every text counts as one that does.
   */
  echoesOf(input: unknown): (text: string) => boolean
}

const maxValues = 500
/** Characters of text times values to look for. */
const maxWork = 5_000_000
/** As much of a value is looked for: its beginning gives it away, and long ones cost more than their length. */
const maxValueLength = 64

/**
 * Reads the `sensitive` of an operation: paths such as `card.number`. Places in lists may be left out: `items.token` is
 * the token of every item.
 * @example
 * sensitiveFields(['card']).covers(['card', 'number']) // true
 */
export function sensitiveFields(fields: readonly string[]): Sensitive {
  const paths = fields.map((field) => withoutIndexes(field.split('.')))
  return {
    covers(path) {
      const named = withoutIndexes(path)
      return paths.some((one) => one.every((key, index) => named[index] === key))
    },
    echoesOf(input) {
      let values: ReadonlySet<string> | undefined
      let work = 0
      return (text) => {
        values ??= valuesOf(input, paths)
        work += values.size * text.length
        return values.size > maxValues || work > maxWork || [...values].some((value) => text.includes(value))
      }
    },
  }
}

function withoutIndexes(path: readonly string[]): readonly string[] {
  return path.filter((key) => !/^\d+$/.test(key))
}

function valuesOf(input: unknown, paths: readonly (readonly string[])[]): ReadonlySet<string> {
  const values = new Set<string>()
  for (const path of paths) collect(input, path, 0, values)
  return values
}

/** Adds texts, numbers and booleans at a path and below it, until there are more than can be searched for. */
function collect(input: unknown, path: readonly string[], depth: number, values: Set<string>): void {
  if (values.size > maxValues) return
  const key = path[depth]
  if (Array.isArray(input)) {
    for (const item of input) collect(item, path, depth, values)
  } else if (typeof input === 'object' && input !== null) {
    if (key === undefined) for (const value of Object.values(input)) collect(value, path, depth, values)
    else if (Object.hasOwn(input, key)) collect((input as Record<string, unknown>)[key], path, depth + 1, values)
  } else if (key === undefined && input !== '' && ['string', 'number', 'boolean'].includes(typeof input)) {
    values.add(String(input).slice(0, maxValueLength))
  }
}
