import type { JsonValue } from '../../formats/format.ts'

/** A JSON object, as every part of an OpenAPI document is one. */
export type JsonObject = Readonly<Record<string, JsonValue>>

export function isJsonObject(value: unknown): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

/** The object at a key; an empty one where there is none. */
export function objectAt(value: JsonValue | undefined, key: string): JsonObject {
  const found = isJsonObject(value) ? value[key] : undefined
  return isJsonObject(found) ? found : {}
}

/** The same part with each of its references replaced. */
export function replaceRefs(value: JsonValue, replace: (ref: string) => string): JsonValue {
  if (Array.isArray(value)) return value.map((one) => replaceRefs(one, replace))
  if (!isJsonObject(value)) return value
  return Object.fromEntries(
    Object.entries(value).map(([key, one]) => [
      key,
      key === '$ref' && typeof one === 'string' ? replace(one) : replaceRefs(one, replace),
    ]),
  )
}
