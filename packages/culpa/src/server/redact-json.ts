import { completeJson } from './complete-json.ts'
import { redacted, redactValue } from './redact-value.ts'
import { isNamedSecret, isNaming, isSecretName, isValued } from './secret-names.ts'

/** Paths of fields, places in lists left out. */
export type FieldPaths = readonly (readonly string[])[]

const maxDepth = 64

/**
 * A JSON document without credentials; as it was, byte by byte, where it has none. One that was cut off is completed
 * when something in it must be struck out. `undefined` for what is no JSON.
 */
export function redactJson(text: string, paths: FieldPaths): string | undefined {
  const source = text.replace(/^\ufeff/, '')
  const value = parsed(source) ?? (paths.length === 0 ? completeJson(source) : undefined)
  if (value === undefined) return undefined
  const walk = new Walk(paths)
  const clean = walk.value(value, [], 0, false)
  // Of a name that comes twice only the last value was looked at.
  return walk.changed || walk.names < namesIn(source) ? JSON.stringify(clean) : text
}

/** A text inside of something else, which may be JSON of its own. */
export function redactPlain(text: string): string {
  const clean = /^\s*[{[]/.test(text) ? redactJson(text, []) : undefined
  return clean ?? redactValue(text)
}

/** True where one of the paths leads to a field, or to something around it. */
export function covers(paths: FieldPaths, path: readonly string[]): boolean {
  return paths.some((one) => one.every((name, index) => path[index] === name))
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}

class Walk {
  readonly #paths: FieldPaths
  changed = false
  /** Fields seen. */
  names = 0

  constructor(paths: FieldPaths) {
    this.#paths = paths
  }

  value(one: unknown, path: readonly string[], depth: number, isItem: boolean): unknown {
    if (typeof one === 'string') return this.#noted(redactPlain(one), one)
    if (typeof one === 'number') return redactValue(String(one)) === String(one) ? one : this.#hide()
    if (typeof one !== 'object' || one === null) return one
    if (depth > maxDepth) return this.#hide()
    if (!Array.isArray(one)) return this.#object(Object.entries(one), path, depth)
    const [name, , ...more] = one
    // `["password", "…"]` in a list of such pairs, as headers are often written.
    if (isItem && one.length === 2 && more.length === 0 && isNamedSecret(name)) return [name, this.#hide()]
    return one.map((item) => this.value(item, path, depth + 1, true))
  }

  #object(fields: readonly [string, unknown][], path: readonly string[], depth: number): unknown {
    const isPair = fields.some(([name, item]) => isNaming(name) && isNamedSecret(item))
    return Object.fromEntries(
      fields.map(([name, item]) => {
        const below = [...path, name]
        this.names++
        const isHidden = isTellable(item) && (isSecretName(name) || covers(this.#paths, below))
        const hide = isHidden || (isPair && isTellable(item) && isValued(name))
        return [this.#noted(redactValue(name), name), hide ? this.#hide() : this.value(item, below, depth + 1, false)]
      }),
    )
  }

  #hide(): string {
    this.changed = true
    return redacted
  }

  #noted(clean: string, before: string): string {
    this.changed ||= clean !== before
    return clean
  }
}

/** Nothing, and yes or no, tell nothing. */
function isTellable(item: unknown): boolean {
  return item !== null && item !== '' && typeof item !== 'boolean'
}

/** How often a text is followed by a colon. */
function namesIn(json: string): number {
  let names = 0
  let isText = false
  let isEnded = false
  for (let index = 0; index < json.length; index++) {
    const sign = json[index]
    if (isText) {
      if (sign === '\\') index++
      else if (sign === '"') [isText, isEnded] = [false, true]
    } else if (sign === '"') isText = true
    else if (sign === ':' && isEnded) [names, isEnded] = [names + 1, false]
    else if (sign === ',' || sign === '}' || sign === ']') isEnded = false
  }
  return names
}
