/** Tells what a message about a body must not repeat. */
export interface Sensitive {
  /** True for a sensitive field and what is below it. */
  covers(path: readonly string[]): boolean
  /** True when the text repeats the value of a sensitive field, wherever the text belongs. */
  isEchoed(text: string, input: unknown): boolean
}

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
    isEchoed: (text, input) => paths.some((path) => valuesAt(input, path).some((value) => text.includes(value))),
  }
}

function withoutIndexes(path: readonly string[]): readonly string[] {
  return path.filter((key) => !/^\d+$/.test(key))
}

/** The texts and numbers at a path and below it. */
function valuesAt(input: unknown, path: readonly string[]): string[] {
  if (Array.isArray(input)) return input.flatMap((item) => valuesAt(item, path))
  const [key, ...rest] = path
  if (typeof input === 'object' && input !== null) {
    if (key === undefined) return Object.values(input).flatMap((value) => valuesAt(value, path))
    return Object.hasOwn(input, key) ? valuesAt((input as Record<string, unknown>)[key], rest) : []
  }
  const isText = key === undefined && (typeof input === 'string' || typeof input === 'number')
  return isText && input !== '' ? [String(input)] : []
}
