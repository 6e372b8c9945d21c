/** Changes each text of a value. */
export type Scrub = (text: string) => string

/**
 * The JSON part of a value as a copy of its own, its texts scrubbed: no error holds anybody's object. Nothing where JSON
 * cannot write the value.
 */
export function plainCopy(value: unknown, scrub: Scrub): unknown {
  try {
    return JSON.parse(scrub(JSON.stringify(value)))
  } catch {
    return undefined
  }
}

/**
 * Takes secrets out of texts, also as JSON or a URL would have written them. One of fewer than four characters is left:
 * it would take ordinary words apart.
 * @example
 * scrubber(['sk_live_1'])('no such key: sk_live_1') // 'no such key: [redacted]'
 */
export function scrubber(secrets: readonly string[] = []): Scrub {
  const patterns = secrets
    .filter((secret) => secret.length > 3)
    // The longer first: it may begin with the shorter.
    .sort((one, other) => other.length - one.length)
    .map((secret) => secret.replace(/[^\w]/g, anyEscape))
  if (patterns.length === 0) return (text) => text
  const pattern = new RegExp(patterns.join('|'), 'gi')
  return (text) => text.replace(pattern, '[redacted]')
}

function anyEscape(character: string): string {
  const hex = character.charCodeAt(0).toString(16).padStart(2, '0')
  return `(?:\\\\?\\${character}|(?:%|\\\\u00)${hex})`
}
