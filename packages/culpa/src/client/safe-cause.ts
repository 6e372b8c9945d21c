import type { Scrub } from './plain.ts'

/**
 * What an error was caused by, copied: name, message, code, stack and causes, scrubbed. Other libraries hang requests,
 * with their headers, on what they throw; none of that comes along. Nothing for what is neither an error nor a text.
 */
export function safeCause(thrown: unknown, scrub: Scrub, depth = 8): Error | string | undefined {
  if (typeof thrown === 'string') return scrub(thrown)
  const message = member(thrown, 'message')
  if (typeof message !== 'string' || depth === 0) return undefined
  const cause = safeCause(member(thrown, 'cause'), scrub, depth - 1)
  const copy = new Error(scrub(message), cause ? { cause } : {})
  for (const key of ['name', 'stack', 'code']) {
    const value = member(thrown, key)
    if (/string|number/.test(typeof value)) Object.assign(copy, { [key]: scrub(String(value)) })
  }
  return copy
}

/** A member, inherited or own: the parts of a DOMException are inherited. */
export function member(value: unknown, key: string): unknown {
  try {
    return (value as Readonly<Record<string, unknown>> | null | undefined)?.[key]
  } catch {
    return undefined
  }
}
