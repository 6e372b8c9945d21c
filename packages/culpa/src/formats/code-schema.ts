import type { CodeFacts, JsonSchema } from './format.ts'

/** What the members say that most formats have. */
export const meanings = {
  type: 'Coarse class of the failure.',
  code: 'Stable name of the failure: branch on it.',
  message: 'What went wrong, in words for people. They may change.',
  param: 'The parameter or field at fault, if it is one: show the message beside it.',
  place: 'Where in the body the fault is.',
  page: 'The page of the code.',
  status: 'The status of the answer.',
  title: 'Name of the status.',
  details: 'What a program can read besides.',
  seconds: 'How many seconds to wait before the next try.',
} as const

/** More than any answer has; readers that set memory aside want to know a bound. */
const maxLength = 100_000
const maxItems = 1_000

/** Any text. */
export function text(description: string): JsonSchema {
  return { type: 'string', maxLength, description }
}

/** A member that has this value in every body. */
export function fixed(value: string | number, description: string): JsonSchema {
  return { type: typeof value === 'number' ? 'integer' : 'string', const: value, description }
}

/** An object that has these members and no others; those named in `optional` may be missing. */
export function members(properties: Readonly<Record<string, JsonSchema>>, optional: readonly string[] = []) {
  const required = Object.keys(properties).filter((name) => !optional.includes(name))
  return { type: 'object', required, additionalProperties: false, properties } satisfies JsonSchema
}

/** A list that holds at least one of these. */
export function list(items: JsonSchema): JsonSchema {
  return { type: 'array', minItems: 1, maxItems, items }
}

/** The page as a member of this name, where bodies have it. */
export function pageMember(name: string, { docUrl }: CodeFacts): Readonly<Record<string, JsonSchema>> {
  return docUrl === undefined ? {} : { [name]: fixed(docUrl, meanings.page) }
}

/** The details as a member of this name, where the code has some. */
export function detailsMember(name: string, { details }: CodeFacts): Readonly<Record<string, JsonSchema>> {
  return details === undefined ? {} : { [name]: details }
}
