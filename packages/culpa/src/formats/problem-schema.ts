import { detailsMember, fixed, members, text } from './code-schema.ts'
import type { CodeFacts, CodeSchemas, JsonSchema } from './format.ts'

const entry = {
  ...members({ pointer: text, param: text, detail: text, code: text, error_type: text, details: { type: 'object' } }),
  required: ['detail', 'code'],
}
const errors: JsonSchema = { type: 'array', minItems: 1, items: entry }
const seconds: JsonSchema = { type: 'integer', minimum: 0 }

/** JSON Schema of a problem. */
export const problemSchema: JsonSchema = {
  $schema: 'https://json-schema.org/draft/2020-12/schema',
  ...members(
    {
      type: text,
      title: text,
      status: { type: 'integer', minimum: 400, maximum: 599 },
      detail: text,
      code: text,
      error_type: text,
      param: text,
      details: { type: 'object' },
      retry_after: seconds,
      errors,
    },
    ['param', 'details', 'retry_after', 'errors'],
  ),
}

/** A problem is flat: the variant is the whole body. */
export const problemCodeSchemas: CodeSchemas = { tellsCode: true, variant, body: (problem) => problem }

function variant(facts: CodeFacts): JsonSchema {
  return members(
    {
      type: fixed(facts.docUrl ?? 'about:blank'),
      title: fixed(facts.title),
      status: fixed(facts.status),
      detail: text,
      code: fixed(facts.code),
      error_type: fixed(facts.type),
      param: text,
      ...detailsMember('details', facts),
      retry_after: seconds,
      errors,
    },
    ['param', 'retry_after', 'errors'],
  )
}
