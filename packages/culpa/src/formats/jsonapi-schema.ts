import { detailsMember, fixed, list, meanings, members, pageMember, said, text } from './code-schema.ts'
import type { CodeFacts, CodeSchemas, JsonSchema } from './format.ts'

const place = members({ pointer: text(meanings.place), parameter: text(meanings.param) }, ['pointer', 'parameter'])
const source = { ...place, minProperties: 1 }
const seconds: JsonSchema = { type: 'integer', minimum: 0, description: meanings.seconds }

/** JSON Schema of a document of errors. */
export const jsonapiSchema: JsonSchema = {
  $schema: 'https://json-schema.org/draft/2020-12/schema',
  ...documentOf(
    members(
      {
        status: { type: 'string', pattern: '^[45][0-9]{2}$' },
        code: text(meanings.code),
        title: text(meanings.title),
        detail: text(meanings.message),
        source,
        links: members({ about: text(meanings.page) }),
        meta: members({ type: text(meanings.type), details: { type: 'object' }, retry_after: seconds }, [
          'details',
          'retry_after',
        ]),
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
      status: fixed(String(facts.status), meanings.status),
      code: fixed(facts.code, meanings.code),
      title: fixed(facts.title, meanings.title),
      detail: said(meanings.message),
      source,
      ...(facts.docUrl !== undefined && { links: members(page) }),
      meta: members(
        { type: fixed(facts.type, meanings.type), ...detailsMember('details', facts), retry_after: seconds },
        ['retry_after'],
      ),
    },
    ['source', 'links'],
  )
}
