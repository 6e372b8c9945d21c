import { isDeepStrictEqual } from 'node:util'
import { type Document, isMap, parseDocument, stringify } from 'yaml'
import { editText } from './edit-text.ts'

/** A JSON object. */
export type JsonObject = Parameters<typeof import('culpa/reference').mergeOpenapi>[0]

/** A document as it stands in a file. */
export interface OpenapiText {
  readonly text: string
  readonly value: JsonObject
  /**
   * The text with these changes, every other byte as it was.
   * @throws {Error} where a part that has to change is used elsewhere too
   */
  with(changed: JsonObject): string
}

/** Whether a file is YAML by its name; else it is JSON. */
export function isYaml(file: string): boolean {
  return /\.ya?ml$/i.test(file)
}

/** A document as text. */
export function printOpenapi(document: JsonObject, asYaml: boolean): string {
  if (!asYaml) return `${JSON.stringify(document, null, 2)}\n`
  return stringify(document, { lineWidth: 0, aliasDuplicateObjects: false })
}

/**
 * Reads a document. JSON is read as the YAML that it is.
 * @throws {Error} in one line for a text that is no object of YAML or JSON
 */
export function parseOpenapi(whole: string, asYaml: boolean): OpenapiText {
  // A byte order mark is no part of either (RFC 8259 §8.1, YAML 1.2 §5.2): it stays where it stands.
  const mark = whole.startsWith('\uFEFF') ? '\uFEFF' : ''
  const text = whole.slice(mark.length)
  if (!asYaml) JSON.parse(text)
  const document = readYaml(text)
  if (!isMap(document.contents)) throw new Error('this is no OpenAPI document. Remedy: an object with paths.')
  const value = toJson(document)
  return {
    text: whole,
    value,
    with(changed) {
      const wanted = JSON.parse(JSON.stringify(changed)) as JsonObject
      const edited = editText({ text, indent: indentOf(text) }, document, value, wanted)
      checkSays(edited, wanted)
      return mark + edited
    },
  }
}

function readYaml(text: string): Document {
  const document = parseDocument(text, { merge: true })
  const [error] = document.errors
  if (error !== undefined) throw new Error(error.message.split('\n', 1)[0])
  return document
}

/** Whatever the text looked like: what is written says what it should, and nothing else. */
function checkSays(edited: string, wanted: JsonObject): void {
  if (says(edited, wanted)) return
  throw new Error(
    'an anchor (&) is shared with what must not change. Remedy: write that part out instead of its alias (*).',
  )
}

function says(edited: string, wanted: JsonObject): boolean {
  try {
    return isDeepStrictEqual(toJson(readYaml(edited)), wanted)
  } catch {
    // An alias without its anchor.
    return false
  }
}

/** An OpenAPI document is JSON by its own rules. */
function toJson(document: Document): JsonObject {
  return JSON.parse(JSON.stringify(document.toJS())) as JsonObject
}

/** Of the first line that is indented. */
function indentOf(text: string): number {
  return /^( +)[^\s#-]/m.exec(text)?.[1]?.length ?? 2
}
