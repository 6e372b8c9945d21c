import { copyMembers, member, type Scrub } from './plain.ts'

/**
 * What an error was caused by, copied: name, message, code, stack and causes, scrubbed. Other libraries hang requests,
 * with their headers, on what they throw; none of that comes along. Nothing for what is neither an error nor a text.
 */
export function safeCause(thrown: unknown, scrub: Scrub, depth = 8): Error | string | undefined {
  if (typeof thrown === 'string') return scrub(thrown)
  const message = member(thrown, 'message')
  if (typeof message !== 'string' || !depth) return undefined
  const cause = safeCause(member(thrown, 'cause'), scrub, depth - 1)
  const copy = new Error(scrub(message), cause ? { cause } : {})
  const told = ['name', 'stack', 'code'].filter((name) => typeof member(thrown, name) !== 'object')
  return copyMembers(copy, thrown, told, scrub)
}
