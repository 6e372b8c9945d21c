import type { JsonValue } from '../../formats/format.ts'
import { isJsonObject, type JsonObject } from './json-object.ts'

/** Tells a part that was added from one that was there. */
const mark = { 'x-culpa': 'generated' } as const

export function marked(part: JsonObject): JsonObject {
  return { ...part, ...mark }
}

export function isOurs(part: JsonValue | undefined): boolean {
  return isJsonObject(part) && part['x-culpa'] === mark['x-culpa']
}

/** Parts of others stay; ours are brought up to date where they stand, or go; new ones come last. */
export function mergeParts(existing: JsonObject, ours: JsonObject): JsonObject {
  const staying = Object.entries(existing).flatMap(([name, part]): [string, JsonValue][] => {
    if (!isOurs(part)) return [[name, part]]
    return ours[name] === undefined ? [] : [[name, ours[name]]]
  })
  const fresh = Object.entries(ours).filter(([name]) => existing[name] === undefined)
  return Object.fromEntries([...staying, ...fresh])
}
