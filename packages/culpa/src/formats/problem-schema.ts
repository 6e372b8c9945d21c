import { detailsMember, fixed, meanings, members, text } from './code-schema.ts'
import type { CodeFacts, CodeSchemas, JsonSchema } from './format.ts'

const entry = {
  ...members({
    pointer: text(meanings.place),
    param: text(meanings.param),
    detail: text(meanings.message),
    code: text(meanings.code),
    error_type: text(meanings.type),
    details: { type: 'object', description: meanings.details },
  }),
  required: ['detail', 'code'],
}
const errors: JsonSchema = { type: 'array', minItems: 1, items: entry }
const seconds: JsonSchema = { type: 'integer', minimum: 0, description: meanings.seconds }

/** JSON Schema of a problem. */
export const problemSchema: JsonSchema = {
  $schema: 'https://json-schema.org/draft/2020-12/schema',
  ...members(
    {
      type: text(meanings.page),
      title: text(meanings.title),
      status: { type: 'integer', minimum: 400, maximum: 599 },
      detail: text(meanings.message),
      code: text(meanings.code),
      error_type: text(meanings.type),
      param: text(meanings.param),
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
      type: fixed(facts.docUrl ?? 'about:blank', meanings.page),
      title: fixed(facts.title, meanings.title),
      status: fixed(facts.status, meanings.status),
      detail: text(meanings.message),
      code: fixed(facts.code, meanings.code),
      error_type: fixed(facts.type, meanings.type),
      param: text(meanings.param),
      ...detailsMember('details', facts),
      retry_after: seconds,
      errors,
    },
    ['param', 'retry_after', 'errors'],
  )
}
