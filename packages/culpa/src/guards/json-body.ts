import { refusal } from '../contract/api-error.ts'
import { setStackLimit } from '../contract/stack-limit.ts'

const decoder = new TextDecoder('utf-8', { fatal: true })

/**
 * Reads a JSON body (RFC 8259) and refuses what other parsers let through: text that is not UTF-8, `__proto__`,
 * `constructor.prototype`, the same key twice in one object, nesting deeper than `maxDepth`.
 * @throws {ApiError} `body_malformed`, with line and column where they are known
 * @example
 * parseJsonBody(bytes, 64)
 */
export function parseJsonBody(bytes: Uint8Array, maxDepth: number): unknown {
  const text = decodeUtf8(bytes)
  const value = parsed(text)
  if (value instanceof Error) throw syntaxError(text, value)
  if (!isPlain(text, value, maxDepth)) inspectKeys(text, maxDepth)
  return value
}

/** The value, or the error, which is no value of JSON. Its stack, that nobody sees, would take as long as all the rest. */
function parsed(text: string): unknown {
  const limit = setStackLimit(0)
  try {
    return JSON.parse(text)
  } catch (error) {
    return error
  } finally {
    setStackLimit(limit)
  }
}

/**
 * True where nothing needs a closer look, as in most bodies: no key that reaches a prototype, nesting within the limit,
 * and as many keys in the value as in the text, so that none stood twice. A backslash may hide anything.
 */
function isPlain(text: string, value: unknown, maxDepth: number): boolean {
  if (text.includes('\\') || text.includes('"__proto__"') || text.includes('"prototype"')) return false
  let depth = 0
  let keys = 0
  for (let index = 0; index < text.length; index++) {
    const char = text.charCodeAt(index)
    if (char === 34) index = text.indexOf('"', index + 1)
    else if (char === 58) keys++
    else if (char === 125 || char === 93) depth--
    else if ((char === 123 || char === 91) && ++depth > maxDepth) return false
  }
  return countKeys(value) === keys
}

function countKeys(value: unknown): number {
  if (typeof value !== 'object' || value === null) return 0
  const inside = Object.values(value)
  let count = Array.isArray(value) ? 0 : inside.length
  for (const one of inside) count += countKeys(one)
  return count
}

/** @throws {ApiError} `body_malformed` */
export function decodeUtf8(bytes: Uint8Array): string {
  try {
    return decoder.decode(bytes)
  } catch {
    throw malformed('The body is not valid UTF-8.')
  }
}

/** `param` is the field at fault, where it has a name. */
export function malformed(message: string, param?: string) {
  return refusal('body_malformed', { message, ...(param !== undefined && { param }) })
}

function syntaxError(text: string, { message }: Error) {
  if (text.trim() === '') return malformed('The body is empty where JSON is expected.')
  if (message.includes('end of JSON input'))
    return malformed(`The JSON ends too early, at ${place(text, text.length)}.`)
  const position = Number(/at position (\d+)/.exec(message)?.[1] ?? misplaced(text))
  return malformed(`The JSON is not valid at ${place(text, position)}.`)
}

/** Where a value should stand and something else does: the one fault whose position V8 keeps to itself. */
function misplaced(text: string): number {
  const piece = /[ \t\r\n]*(true|false|null|-?\d[\d.eE+-]*|["[\]{}:,])?/y
  for (let previous = ','; ; ) {
    const token = piece.exec(text)?.[1]
    if (token === undefined) return Math.min(piece.lastIndex, text.length)
    const start = piece.lastIndex - token.length
    const isDue = previous === ',' || previous === ':' || (previous === '[' && token !== ']')
    if (isDue && ',:}]'.includes(token)) return start
    if (token === '"') piece.lastIndex = endOfString(text, start)
    previous = token
  }
}

function place(text: string, position: number): string {
  const before = text.slice(0, position).split('\n')
  return `line ${before.length}, column ${(before.at(-1) ?? '').length + 1}`
}

interface Level {
  readonly keys: Set<string> | undefined
  /** The key under which this level stands. */
  readonly under: string
  lastKey: string
}

/** Walks text that is known to be JSON and looks at its keys only. */
function inspectKeys(text: string, maxDepth: number): void {
  const levels: Level[] = []
  for (let index = 0; index < text.length; index++) {
    const char = text.charCodeAt(index)
    if (char === 123 || char === 91) {
      const under = levels.at(-1)?.lastKey ?? ''
      levels.push({ keys: char === 123 ? new Set() : undefined, under, lastKey: '' })
      if (levels.length > maxDepth)
        throw malformed(`The JSON is nested deeper than ${maxDepth} levels, at ${place(text, index)}.`)
    } else if (char === 125 || char === 93) {
      levels.pop()
    } else if (char === 34) {
      const end = endOfString(text, index)
      if (isKey(text, end)) checkKey(levels.at(-1)!, keyAt(text, index, end), text, index)
      index = end - 1
    }
  }
}

/** Most keys stand as they are. */
function keyAt(text: string, start: number, end: number): string {
  const inside = text.slice(start + 1, end - 1)
  return inside.includes('\\') ? JSON.parse(`"${inside}"`) : inside
}

function checkKey(level: Level, key: string, text: string, index: number): void {
  if (key === '__proto__' || (key === 'prototype' && level.under === 'constructor')) {
    throw malformed(`The key ${JSON.stringify(key)} is not allowed, at ${place(text, index)}.`)
  }
  if (level.keys!.has(key)) {
    throw malformed(`The key ${JSON.stringify(key.slice(0, 60))} stands twice in one object, at ${place(text, index)}.`)
  }
  level.keys!.add(key)
  level.lastKey = key
}

/** Index after the closing quote of the string that starts at `start`. */
function endOfString(text: string, start: number): number {
  let end = start + 1
  while (end < text.length && text.charCodeAt(end) !== 34) end += text.charCodeAt(end) === 92 ? 2 : 1
  return end + 1
}

function isKey(text: string, after: number): boolean {
  let index = after
  while (text.charCodeAt(index) <= 32) index++
  return text.charCodeAt(index) === 58
}
