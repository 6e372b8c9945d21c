import { isDeepStrictEqual } from 'node:util'
import { type Document, isCollection, isMap, isNode, isPair, isScalar, type Pair, stringify, type YAMLMap } from 'yaml'

/** Any object of the document. */
type Json = Readonly<Record<string, unknown>>

interface Edit {
  readonly from: number
  readonly to: number
  readonly text: string
}

/** What an edit is made in. */
interface Source {
  readonly text: string
  /** Blanks a level. */
  readonly indent: number
}

const isObject = (value: unknown): value is Json => typeof value === 'object' && value !== null && !Array.isArray(value)

/**
 * Changes the text of a document of YAML, which JSON is too, from one value to another. Only what differs is written
 * anew; every other byte stays. What is new comes last in its object.
 */
export function editText(source: Source, document: Document, before: Json, after: Json): string {
  const { contents } = document
  if (!isMap(contents)) return source.text
  // From the end, so that places stay right; at one place what encloses comes after what it encloses.
  const edits = editsOf(source, contents, before, after)
    .toReversed()
    .sort((a, b) => b.from - a.from || b.to - a.to)
  const hasReturns = source.text.includes('\r\n')
  let { text } = source
  for (const edit of edits) {
    const added = hasReturns ? edit.text.replaceAll(/\r?\n/g, '\r\n') : edit.text
    text = text.slice(0, edit.from) + added + text.slice(edit.to)
  }
  return text
}

function editsOf(source: Source, map: YAMLMap, before: Json, after: Json): readonly Edit[] {
  if (isDeepStrictEqual(before, after)) return []
  if (map.flow === true) {
    const [from, to] = rangeOf(map)
    return [{ from, to, text: flowText(source, map, before, after) }]
  }
  return blockEdits(source, map, before, after)
}

/** Members on lines of their own, by their indentation. */
function blockEdits(source: Source, map: YAMLMap, before: Json, after: Json): readonly Edit[] {
  const { text } = source
  const [first] = map.items
  if (first === undefined) return []
  const column = startOf(first) - lineStart(text, startOf(first))
  const margin = ' '.repeat(column)
  const edits = map.items.flatMap((pair) => {
    const key = keyOf(pair)
    const [old, value] = [before[key], after[key]]
    if (value === undefined)
      return [{ from: lineStart(text, startOf(pair)), to: lineEnd(text, endOf(text, pair)), text: '' }]
    if (isDeepStrictEqual(old, value)) return []
    if (isMap(pair.value) && isObject(old) && isObject(value) && canEdit(pair.value, value)) {
      return editsOf(source, pair.value, old, value)
    }
    return [{ from: startOf(pair), to: endOf(text, pair), text: blockText(source, key, value, margin).trimStart() }]
  })
  const known = new Set(map.items.map(keyOf))
  const added = Object.entries(after).filter(
    ([key, value]) => !known.has(key) && !isDeepStrictEqual(before[key], value),
  )
  if (added.length === 0) return edits
  const place = lineEnd(text, endOf(text, map.items.at(-1) ?? first))
  const lines = added.map(([key, value]) => blockText(source, key, value, margin)).join('\n')
  const isOpen = place > 0 && text[place - 1] !== '\n'
  return [...edits, { from: place, to: place, text: isOpen ? `\n${lines}` : `${lines}\n` }]
}

/** A block of no members cannot be written. */
function canEdit(map: YAMLMap, after: Json): boolean {
  return map.flow === true || (map.items.length > 0 && map.items.some((pair) => after[keyOf(pair)] !== undefined))
}

function blockText({ indent }: Source, key: string, value: unknown, margin: string): string {
  const text = stringify({ [key]: value }, { lineWidth: 0, aliasDuplicateObjects: false, indent })
  return text.trimEnd().replaceAll(/^(?=.)/gm, margin)
}

/** Members between braces: each keeps its text, and what separates it from the one before. */
function flowText(source: Source, map: YAMLMap, before: Json, after: Json): string {
  const { text } = source
  const [from, to] = rangeOf(map)
  const kept = map.items.filter((pair) => after[keyOf(pair)] !== undefined)
  const known = new Set(map.items.map(keyOf))
  const added = Object.entries(after).filter(([key]) => !known.has(key))
  const [first, last] = [map.items[0], map.items.at(-1)]
  const inside = first === undefined ? emptySpace(source, from) : text.slice(from + 1, startOf(first))
  const close =
    last === undefined ? `${inside.slice(0, -source.indent)}}` : text.slice(endOf(text, last), to).replace(/^\s*,/, '')
  const margin = inside.includes('\n') ? inside.slice(inside.lastIndexOf('\n') + 1) : undefined
  const separator = margin === undefined ? ', ' : `,\n${margin}`
  const members = [
    ...kept.map((pair, index) => {
      const left = kept[index - 1]
      const space = left === undefined ? '' : (spaceBetween(text, map, left, pair) ?? separator)
      return space + memberText(source, pair, before, after, margin)
    }),
    ...added.map(([key, value], index) => {
      const space = kept.length === 0 && index === 0 ? '' : separator
      return `${space}${JSON.stringify(key)}: ${jsonText(source, value, margin)}`
    }),
  ]
  return members.length === 0 ? '{}' : `{${inside}${members.join('')}${close}`
}

/** The comma and the comments that stand between neighbours. */
function spaceBetween(text: string, map: YAMLMap, left: Pair, right: Pair): string | undefined {
  const areNeighbours = map.items[map.items.indexOf(right) - 1] === left
  return areNeighbours ? text.slice(endOf(text, left), startOf(right)) : undefined
}

/** An empty object is opened: its members stand on lines of their own, or on that of the braces around it. */
function emptySpace({ text, indent }: Source, at: number): string {
  const line = text.slice(lineStart(text, at), at)
  if (line.split('{').length > line.split('}').length) return ''
  return `\n${' '.repeat((/^ */.exec(line)?.[0].length ?? 0) + indent)}`
}

function memberText(source: Source, pair: Pair, before: Json, after: Json, margin: string | undefined): string {
  const key = keyOf(pair)
  const [old, value] = [before[key], after[key]]
  const { text } = source
  if (isDeepStrictEqual(old, value)) return text.slice(startOf(pair), endOf(text, pair))
  if (isMap(pair.value) && isObject(old) && isObject(value)) {
    return text.slice(startOf(pair), rangeOf(pair.value)[0]) + flowText(source, pair.value, old, value)
  }
  return `${JSON.stringify(key)}: ${jsonText(source, value, margin)}`
}

/** JSON is YAML, between braces too. */
function jsonText({ indent }: Source, value: unknown, margin: string | undefined): string {
  if (margin === undefined) return JSON.stringify(value)
  return JSON.stringify(value, null, indent).replaceAll('\n', `\n${margin}`)
}

/** Statuses are often written as numbers. */
function keyOf({ key }: Pair): string {
  return String(isScalar(key) ? key.value : key)
}

function startOf({ key }: Pair): number {
  return rangeOf(key)[0]
}

/** Where the text of a node ends, without the comments and blank lines that come after it. */
function endOf(text: string, node: unknown): number {
  if (isPair(node)) return endOf(text, node.value ?? node.key)
  if (isCollection(node) && node.flow !== true && node.items.length > 0) return endOf(text, node.items.at(-1))
  let [, end] = rangeOf(node)
  while (end > 0 && /\s/.test(text[end - 1] ?? '')) end--
  return end
}

/** @throws {TypeError} for a node that was not read from a text: there is none here */
function rangeOf(node: unknown): readonly [from: number, to: number] {
  const range = isNode(node) ? node.range : undefined
  if (range == null) throw new TypeError('a part of the document has no place in its text')
  return [range[0], range[1]]
}

function lineStart(text: string, at: number): number {
  return text.lastIndexOf('\n', at - 1) + 1
}

function lineEnd(text: string, at: number): number {
  const end = text.indexOf('\n', at)
  return end === -1 ? text.length : end + 1
}
