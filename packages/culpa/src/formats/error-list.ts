import { fixed, list, meanings, members, said } from './code-schema.ts'
import { errorListReader } from './error-list-reader.ts'
import type { Format, WireProblem } from './format.ts'
import { recognise } from './recognise.ts'
import { tame } from './tame.ts'
import { present, problemsOf } from './wire.ts'

/**
 * A list of errors, one entry per problem and nothing else: for APIs that report several failures at once.
 * It carries code, type, message and parameter of every problem; no details. It is the envelope of the
 * `errorList` profile.
 * @example
 * {"errors":[{"type":"card_error","param":"source","message":"The card was declined.","code":"card_declined"}]}
 */
export const errorList: Format = {
  name: 'error-list',
  mediaType: 'application/json',
  encode: (error) => ({ errors: problemsOf(error).map(toEntry) }),
  decode: (body) => errorListReader.decode(tame(body)),
  recognises: (body) => recognise(body) === 'error-list',
  schema: {
    $schema: 'https://json-schema.org/draft/2020-12/schema',
    type: 'object',
    required: ['errors'],
    additionalProperties: false,
    properties: {
      errors: {
        type: 'array',
        minItems: 1,
        items: {
          type: 'object',
          required: ['type', 'message', 'code'],
          additionalProperties: false,
          properties: {
            type: { type: 'string' },
            param: { type: 'string' },
            message: { type: 'string' },
            code: { type: 'string' },
          },
        },
      },
    },
  },
  codeSchemas: {
    tellsCode: true,
    variant: ({ type, code }) =>
      members(
        {
          type: fixed(type, meanings.type),
          param: said(meanings.param),
          message: said(meanings.message),
          code: fixed(code, meanings.code),
        },
        ['param'],
      ),
    body: (entry) => members({ errors: list(entry) }),
  },
}

function toEntry({ type, param, message, code }: WireProblem) {
  return { type, ...present({ param }), message, code }
}
