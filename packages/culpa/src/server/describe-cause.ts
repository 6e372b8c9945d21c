import { isApiError } from '../contract/api-error.ts'

const maxLength = 8192
const maxDepth = 5

/**
 * Text of anything that was thrown, causes and stack included, for the log. Never throws, whatever the value does when
 * it is looked at; credentials are struck out, line breaks stay inside the one field.
 */
export function describeCause(thrown: unknown): string {
  const text = describe(thrown, new Set(), 0)
  return redact(text.length > maxLength ? `${text.slice(0, maxLength)}…` : text)
}

/** Strikes out what looks like a credential: keys of culpa's own form, bearer and basic credentials, URL passwords. */
export function redact(text: string): string {
  return text
    .replace(/\b((?:[a-z][a-z0-9]*_){1,4}[0-9A-Za-z]{4})[0-9A-Za-z]{16,}/g, '$1[redacted]')
    .replace(/\b(bearer|basic)\s+[A-Za-z0-9._~+/=-]{4,}/gi, '$1 [redacted]')
    .replace(/\/\/[^/\s:@]*:[^/\s]+@/g, '//[redacted]@')
}

function describe(thrown: unknown, seen: Set<unknown>, depth: number): string {
  try {
    if (typeof thrown !== 'object' || thrown === null) return `${typeof thrown}: ${String(thrown)}`
    if (seen.has(thrown)) return '[circular]'
    if (depth > maxDepth) return '[…]'
    seen.add(thrown)
    const own = isApiError(thrown)
      ? `ApiError ${thrown.code}: ${thrown.message}`
      : (read(thrown, 'stack') ?? `${read(thrown, 'name') ?? 'object'}: ${read(thrown, 'message') ?? '[no message]'}`)
    const cause = read(thrown, 'cause')
    return cause === undefined ? String(own) : `${String(own)}\ncaused by ${describe(cause, seen, depth + 1)}`
  } catch {
    return '[a value that cannot be read]'
  }
}

function read(value: object, key: string): unknown {
  try {
    const found = (value as Record<string, unknown>)[key]
    return found === '' ? undefined : found
  } catch {
    return '[unreadable]'
  }
}
