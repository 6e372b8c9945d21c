import type { CodeFacts, JsonSchema } from './format.ts'

/** Any text. */
export const text: JsonSchema = { type: 'string' }

/** A member that has this value in every body. */
export function fixed(value: string | number): JsonSchema {
  return { type: typeof value === 'number' ? 'integer' : 'string', const: value }
}

/** An object that has these members and no others; those named in `optional` may be missing. */
export function members(properties: Readonly<Record<string, JsonSchema>>, optional: readonly string[] = []) {
  const required = Object.keys(properties).filter((name) => !optional.includes(name))
  return { type: 'object', required, additionalProperties: false, properties } satisfies JsonSchema
}

/** A list that holds at least one of these. */
export function list(items: JsonSchema): JsonSchema {
  return { type: 'array', minItems: 1, items }
}

/** The page as a member of this name, where bodies have it. */
export function pageMember(name: string, { docUrl }: CodeFacts): Readonly<Record<string, JsonSchema>> {
  return docUrl === undefined ? {} : { [name]: fixed(docUrl) }
}

/** The details as a member of this name, where the code has some. */
export function detailsMember(name: string, { details }: CodeFacts): Readonly<Record<string, JsonSchema>> {
  return details === undefined ? {} : { [name]: details }
}
