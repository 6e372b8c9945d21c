import { malformed } from './json-body.ts'

const maxFields = 1000
const maxIndex = 1000
const forbidden = new Set(['__proto__', 'constructor', 'prototype'])

interface Branch {
  [key: string]: Node
}
type Node = string | Branch | Node[]

/**
 * Reads a form (`application/x-www-form-urlencoded`) or a query: `a=1`, `a[b]=1`, `a[]=1&a[]=2`, `a[0][b]=1`, as
 * `qs` and Stripe's clients write them. Unlike them it refuses what could be read in two ways.
 * @throws {ApiError} `body_malformed` for percent-encoding that is not UTF-8, a name twice, a name used as value and as
 * branch, `__proto__`, too many fields, too deep nesting; `param` is the field at fault
 * @example
 * parseForm('card[number]=4242&items[0][qty]=2', 64) // { card: { number: '4242' }, items: [{ qty: '2' }] }
 */
export function parseForm(text: string, maxDepth: number): Record<string, unknown> {
  const root: Branch = Object.create(null)
  const pairs = text === '' ? [] : text.split('&')
  if (pairs.length > maxFields) throw malformed(`The form has more than ${maxFields} fields.`)
  for (const pair of pairs) {
    if (pair === '') continue
    const mark = pair.indexOf('=')
    const name = decode(mark === -1 ? pair : pair.slice(0, mark))
    const value = mark === -1 ? '' : decode(pair.slice(mark + 1), name)
    insert(root, pathOf(name, maxDepth), value, name)
  }
  return toPlain(root, '') as Record<string, unknown>
}

function decode(text: string, name?: string): string {
  try {
    return decodeURIComponent(text.replaceAll('+', ' '))
  } catch {
    throw malformed('The form has percent-encoding that is not UTF-8.', name === undefined ? name : paramOf(name))
  }
}

function pathOf(name: string, maxDepth: number): string[] {
  const open = name.indexOf('[')
  if (open <= 0) return [checked(name, name)]
  const rest = name.slice(open)
  if (!/^(\[[^[\]]*\])+$/.test(rest))
    throw malformed(`The field name ${shown(name)} has brackets that do not match.`, paramOf(name))
  const path = [name.slice(0, open), ...rest.slice(1, -1).split('][')]
  if (path.length > maxDepth) throw malformed(`A field name is nested deeper than ${maxDepth} levels.`, paramOf(name))
  return path.map((key) => checked(key, name))
}

function checked(key: string, name: string): string {
  if (forbidden.has(key)) throw malformed(`The field name ${shown(name)} is not allowed.`, paramOf(name))
  return key
}

function insert(root: Branch, path: readonly string[], value: string, name: string): void {
  let node = root
  for (let index = 0; index < path.length - 1; index++) {
    const key = place(node, path[index] as string)
    const next = node[key] ?? (Object.create(null) as Branch)
    if (typeof next === 'string')
      throw malformed(`The field ${shown(name)} stands for a value and for a group.`, paramOf(name))
    node[key] = next
    node = next as Branch
  }
  const key = place(node, path.at(-1) as string)
  if (node[key] !== undefined) throw malformed(`The field ${shown(name)} stands twice.`, paramOf(name))
  node[key] = value
}

/** `[]` means the next free index. */
function place(node: Branch, key: string): string {
  return key === '' ? String(Object.keys(node).length) : key
}

/** Branches whose keys are 0, 1, 2, … become arrays. */
function toPlain(node: Node, name: string): unknown {
  if (typeof node === 'string') return node
  const keys = Object.keys(node)
  const isList =
    name !== '' && keys.length > 0 && keys.length <= maxIndex && keys.every((key, index) => key === String(index))
  if (isList) return keys.map((key) => toPlain((node as Branch)[key]!, key))
  return Object.fromEntries(keys.map((key) => [key, toPlain((node as Branch)[key]!, key)]))
}

function shown(name: string): string {
  return JSON.stringify(short(name))
}

/** The name as a path: `card.number` for `card[number]`. */
function paramOf(name: string): string {
  return short(name.replace(/\[([^[\]]*)\]/g, (_, key: string) => (key === '' ? '' : `.${key}`)))
}

function short(name: string): string {
  return name.length > 60 ? `${name.slice(0, 57)}...` : name
}
