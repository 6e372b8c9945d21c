import type { JsonSchema } from '../../formats/format.ts'
import { isJsonObject, type JsonObject, replaceRefs } from './json-object.ts'
import { pascal } from './names.ts'

type Kind = 'schemas' | 'examples' | 'headers' | 'securitySchemes'

/** Collects what a document uses more than once; each part stands there once and is referred to. */
export class Components {
  readonly #parts: Record<Kind, Record<string, JsonObject>> = {
    schemas: {},
    examples: {},
    headers: {},
    securitySchemes: {},
  }

  /** Keeps a part under its name and gives the reference to it. */
  add(kind: Kind, name: string, part: JsonObject): JsonObject {
    this.#parts[kind][name] = part
    return { $ref: `#/components/${kind}/${name}` }
  }

  /**
   * A schema as it can stand anywhere in the document. One that refers to parts of itself is kept under `name`, its
   * definitions beside it: their references would lead elsewhere otherwise.
   */
  embed(schema: JsonSchema, name: string): JsonSchema {
    const { $defs, ...rest } = schema
    if (!JSON.stringify(rest).includes('"$ref":"#')) return rest
    const place = (ref: string) => {
      if (!ref.startsWith('#')) return ref
      const [, definition, below = ''] = /^#\/\$defs\/([^/]+)(.*)$/.exec(ref) ?? []
      const target = definition === undefined ? `${name}${ref.slice(1)}` : `${name}${pascal(definition)}${below}`
      return `#/components/schemas/${target}`
    }
    for (const [definition, part] of Object.entries(isJsonObject($defs) ? $defs : {})) {
      this.add('schemas', name + pascal(definition), replaceRefs(part, place) as JsonObject)
    }
    const whole = replaceRefs(rest, place) as JsonObject
    const isRoot = JSON.stringify(rest).match(/"\$ref":"#(?!\/\$defs\/)/) !== null
    return isRoot ? this.add('schemas', name, whole) : whole
  }

  /** Kinds that have no part are left out. */
  toJson(): JsonObject {
    return Object.fromEntries(Object.entries(this.#parts).filter(([, parts]) => Object.keys(parts).length > 0))
  }
}
