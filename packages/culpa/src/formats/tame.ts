/** A parsed body, any member of which may be missing or of any kind. */
export type Loose = { readonly [member: string]: Loose } | undefined

/**
 * The own members of a value, to any depth, as plain objects and lists: what traps or throws is left out, holes of lists
 * too, so that a decoder may read it like parsed JSON. Keeps cycles. By its keys, so that a sparse list or a proxy with a
 * huge length costs nothing.
 */
export function tame(value: unknown, seen = new Map<unknown, unknown>()): Loose {
  if (typeof value !== 'object' || value === null) return value as Loose
  if (seen.has(value)) return seen.get(value) as Loose
  const list: unknown[] = []
  const record: Record<string, unknown> = {}
  const isList = isArray(value)
  seen.set(value, isList ? list : record)
  for (const [key, member] of entriesOf(value)) {
    if (isList) list.push(tame(member, seen))
    // Not an assignment, which would make a prototype of a member named __proto__.
    else Object.defineProperty(record, key, { value: tame(member, seen), ...ownData })
  }
  return seen.get(value) as Loose
}

const ownData = { enumerable: true, writable: true, configurable: true }

function entriesOf(value: object): readonly (readonly [key: string, value: unknown])[] {
  try {
    return Object.keys(value).flatMap((key) => {
      const member = read(value, key)
      return member === undefined ? [] : [[key, member]]
    })
  } catch {
    return []
  }
}

function read(value: object, key: string): unknown {
  try {
    return (value as Readonly<Record<string, unknown>>)[key]
  } catch {
    return undefined
  }
}

function isArray(value: unknown): boolean {
  try {
    return Array.isArray(value)
  } catch {
    return false
  }
}
