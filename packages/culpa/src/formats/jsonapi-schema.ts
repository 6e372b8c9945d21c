import { detailsMember, fixed, list, members, pageMember, text } from './code-schema.ts'
import type { CodeFacts, CodeSchemas, JsonSchema } from './format.ts'

const source = { ...members({ pointer: text, parameter: text }, ['pointer', 'parameter']), minProperties: 1 }
const seconds: JsonSchema = { type: 'integer', minimum: 0 }

/** JSON Schema of a document of errors. */
export const jsonapiSchema: JsonSchema = {
  $schema: 'https://json-schema.org/draft/2020-12/schema',
  ...documentOf(
    members(
      {
        status: { type: 'string', pattern: '^[45][0-9]{2}$' },
        code: text,
        title: text,
        detail: text,
        source,
        links: members({ about: text }),
        meta: members({ type: text, details: { type: 'object' }, retry_after: seconds }, ['details', 'retry_after']),
      },
      ['source', 'links'],
    ),
  ),
}

/** The variant is an entry of the list. */
export const jsonapiCodeSchemas: CodeSchemas = { tellsCode: true, variant, body: documentOf }

function documentOf(entry: JsonSchema): JsonSchema {
  return members({ errors: list(entry) })
}

function variant(facts: CodeFacts): JsonSchema {
  const page = pageMember('about', facts)
  return members(
    {
      status: fixed(String(facts.status)),
      code: fixed(facts.code),
      title: fixed(facts.title),
      detail: text,
      source,
      ...(facts.docUrl !== undefined && { links: members(page) }),
      meta: members({ type: fixed(facts.type), ...detailsMember('details', facts), retry_after: seconds }, [
        'retry_after',
      ]),
    },
    ['source', 'links'],
  )
}
