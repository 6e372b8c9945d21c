import type { JsonValue } from '../../formats/format.ts'
import { isJsonObject, type JsonObject, objectAt } from './json-object.ts'

/** An operation of an existing document with that of the generated one. */
export interface OperationMatch {
  readonly path: string
  readonly method: string
  readonly theirs: JsonObject
  readonly ours: JsonObject
}

/**
 * Finds the operations of a generated document in an existing one: by method and path, whatever its parameters are
 * called, and with the path of a server before it where the document has one. `missing` are those it does not have.
 */
export function matchOperations(
  existing: JsonObject,
  generated: JsonObject,
): { readonly matches: readonly OperationMatch[]; readonly missing: readonly string[] } {
  const bases = ['', ...serverPaths(existing)]
  const theirs = new Map<string, readonly [string, JsonObject]>()
  for (const [path, item] of Object.entries(objectAt(existing, 'paths'))) {
    if (!isJsonObject(item)) continue
    for (const base of bases) theirs.set(shapeOf(base + path), [path, item])
  }
  const matches: OperationMatch[] = []
  const missing: string[] = []
  for (const [path, item] of Object.entries(objectAt(generated, 'paths'))) {
    const [ownPath, ownItem] = theirs.get(shapeOf(path)) ?? ['', {}]
    for (const [method, ours] of Object.entries(isJsonObject(item) ? item : {})) {
      const own = ownItem[method]
      if (isJsonObject(own)) matches.push({ path: ownPath, method, theirs: own, ours: ours as JsonObject })
      else missing.push(`${method.toUpperCase()} ${path}`)
    }
  }
  return { matches, missing }
}

/** `https://api.example.com/v1/` has the path `/v1`. */
function serverPaths({ servers = [] }: JsonObject): readonly string[] {
  return [servers].flat().flatMap((server: JsonValue) => {
    const { url } = isJsonObject(server) ? server : {}
    return typeof url === 'string' ? [url.replace(/^[a-z][a-z0-9+.-]*:\/\/[^/]*/i, '').replace(/\/$/, '')] : []
  })
}

function shapeOf(path: string): string {
  return path.replace(/\{[^{}/]*\}/g, '{}')
}
