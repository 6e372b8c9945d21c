/** Changes each text of a value. */
export type Scrub = (text: string) => string

/**
 * The JSON part of a value as a copy of its own, its texts scrubbed: no error holds anybody's object. Nothing where JSON
 * cannot write the value.
 */
export function plainCopy(value: unknown, scrub: Scrub): unknown {
  try {
    // Of nothing, JSON.parse would throw, which takes a hundred times as long.
    return JSON.parse(JSON.stringify(value ?? null), (_key, part) => scrubbed(part, scrub)) ?? undefined
  } catch {
    return undefined
  }
}

/** Text by text, the inner ones first: what JSON wrote is no text, and a secret may look like a part of it. */
function scrubbed(part: unknown, scrub: Scrub): unknown {
  if (typeof part === 'string') return scrub(part)
  if (Array.isArray(part) || Object(part) !== part) return part
  return Object.fromEntries(Object.entries(part as object).map(([key, item]) => [scrub(key), item]))
}

/** Copies of the members with these names, as far as they are JSON, into an object of ours; gives that back. */
export function copyMembers<Into extends object>(
  into: Into,
  from: unknown,
  names: readonly string[],
  scrub: Scrub,
): Into {
  for (const name of names) {
    const value = plainCopy(member(from, name), scrub)
    if (value !== undefined) Object.assign(into, { [name]: value })
  }
  return into
}

/** A member, inherited or own: the parts of a DOMException are inherited. */
export function member(value: unknown, key: string): unknown {
  try {
    return (value as Readonly<Record<string, unknown>> | null | undefined)?.[key]
  } catch {
    return undefined
  }
}

/**
 * Takes secrets out of texts, also as HTML would have written them, and as JSON or a URL would, up to three times over. One of fewer than four
 * characters is left: it would take ordinary words apart.
 * @example
 * scrubber(['sk_live_1'])('no such key: sk_live_1') // 'no such key: [redacted]'
 */
export function scrubber(secrets: readonly string[]): Scrub {
  const patterns = secrets
    .filter((secret) => secret.length > 3)
    // The longer first: it may begin with the shorter.
    .sort((one, other) => other.length - one.length)
    .map((secret) => secret.replace(/\W/g, anyEscape))
  if (!patterns.length) return String
  const pattern = new RegExp(patterns.join('|'), 'gi')
  return (text) => text.replace(pattern, '[redacted]')
}

function anyEscape(character: string): string {
  const code = character.charCodeAt(0)
  const hex = code.toString(16)
  return `(?:\\\\{0,7}\\${character}|(?:%(?:25){0,2}|\\\\{1,7}u00)${hex}|&#(?:x0?${hex}|${code});)`
}
