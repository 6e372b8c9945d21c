import { isApiError } from '../contract/api-error.ts'

const maxLength = 8192
const maxDepth = 5

/** As many errors of an AggregateError are described, and as many errors in all. */
const maxErrors = 10
const maxTotal = 50

/**
 * Text of anything that was thrown, causes, errors within and stack included, for the log. Never throws, whatever the
 * value does when it is looked at; credentials are struck out, line breaks stay inside the one field.
 */
export function describeCause(thrown: unknown): string {
  // Some is struck out before the end is cut off, so that no half of a credential is left there.
  const text = redact(describe(thrown, new Set(), 0).slice(0, 2 * maxLength))
  return text.length > maxLength ? `${text.slice(0, maxLength)}…` : text
}

const name = 'password|passwd|passphrase|pwd|secret|token|(?:api|access|private)[_-]?key'
const value = String.raw`(?:"(?:[^"\\\n]|\\.)*"?|'[^'\n]*'?|\S+)`
const isSign = String.raw`\\?["']?\s{0,8}[=:]\s{0,8}`
const named = new RegExp(`(${name})(${isSign})${value}`, 'gi')
const header = new RegExp(String.raw`(authorization)(${isSign})\S+(?:[ \t]+\S+)?`, 'gi')

/**
 * Strikes out what looks like a credential: keys of culpa's own form, bearer and basic credentials, JSON web tokens,
 * what is called a password, secret, token or key, and what stands before the host of a URL. Takes time in proportion to
 * the length.
 */
export function redact(text: string): string {
  return redactNamed(text.replace(/([a-z0-9](?:_|%5[Ff])[0-9A-Za-z%]{4})[0-9A-Za-z%]{16,}/g, '$1[redacted]'))
}

/** {@link redact} without the keys of culpa's own form, whose beginning ids of resources may share. */
export function redactNamed(text: string): string {
  return text
    .replace(/\b(bearer|basic)\s+[A-Za-z0-9._~+/=-]{4,}/gi, '$1 [redacted]')
    .replace(/(?<![\w-])eyJ[\w-]+\.[\w-]+\.[\w-]*/g, '[redacted]')
    .replace(header, '$1$2[redacted]')
    .replace(named, '$1$2[redacted]')
    .replace(/\S+/g, withoutUser)
}

/** A password may hold slashes and at signs: what is before the last at sign is struck out. */
function withoutUser(word: string): string {
  const start = word.indexOf('//') + 2
  const end = word.lastIndexOf('@')
  if (start === 1 || end < start || word[start] === '/') return word
  const user = word.slice(start, end)
  return user.includes('/') && !user.includes(':') ? word : `${word.slice(0, start)}[redacted]${word.slice(end)}`
}

function describe(thrown: unknown, seen: Set<unknown>, depth: number): string {
  try {
    if (typeof thrown !== 'object' || thrown === null) return `${typeof thrown}: ${String(thrown)}`
    if (seen.has(thrown)) return '[circular]'
    if (depth > maxDepth || seen.size >= maxTotal) return '[…]'
    seen.add(thrown)
    const own = isApiError(thrown)
      ? `ApiError ${thrown.code}: ${thrown.message}`
      : (read(thrown, 'stack') ?? `${read(thrown, 'name') ?? 'object'}: ${read(thrown, 'message') ?? '[no message]'}`)
    const cause = read(thrown, 'cause')
    const root = cause === undefined ? '' : `\ncaused by ${describe(cause, seen, depth + 1)}`
    return `${String(own)}${describeErrors(read(thrown, 'errors'), seen, depth)}${root}`
  } catch {
    return '[a value that cannot be read]'
  }
}

/** Those of an AggregateError. Their number stands first, where the end of a long text cannot cut it off. */
function describeErrors(errors: unknown, seen: Set<unknown>, depth: number): string {
  if (!Array.isArray(errors)) return ''
  const head = errors.length > maxErrors ? `\n${errors.length} errors, the first ${maxErrors} of them:` : ''
  const texts = errors.slice(0, maxErrors).map((error) => `\nwith ${describe(error, seen, depth + 1)}`)
  return head + texts.join('')
}

function read(value: object, key: string): unknown {
  try {
    const found = (value as Record<string, unknown>)[key]
    return found === '' ? undefined : found
  } catch {
    return '[unreadable]'
  }
}
