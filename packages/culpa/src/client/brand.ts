/** Marks every error of this client, whichever copy of culpa and whichever realm made it. */
export const brand = Symbol.for('culpa.ApiClientError')

/** True for an error of the class with this name or of one below it: its brand lists them, and no minifier renames them. */
export function isOfKind(value: unknown, kind = ''): boolean {
  try {
    return (value as Record<typeof brand, readonly string[]>)[brand].includes(kind)
  } catch {
    return false
  }
}
