import { list, meanings, members, said } from './code-schema.ts'
import { fieldErrorsReader } from './field-errors-reader.ts'
import type { CodeFacts, Format, JsonSchema, JsonValue, WireError } from './format.ts'
import { recognise } from './recognise.ts'
import { tame } from './tame.ts'
import { describe, problemsOf, wholeMessage } from './wire.ts'

/**
 * A message, and on 422 the messages of each field: what form libraries understand as it is
 * (https://laravel.com/docs/validation#validation-error-response-format).
 *
 * It carries the message and, on 422, parameter and message of each problem that has a parameter. A validation error
 * at another status has no `errors`; its message names the fields.
 * @example
 * {"message":"The body is invalid.","errors":{"email":["Is not an address.","Is too long."]}}
 */
export const fieldErrors: Format = {
  name: 'field-errors',
  mediaType: 'application/json',
  encode,
  decode: (body) => fieldErrorsReader.decode(tame(body)),
  recognises: (body) => recognise(body) === 'field-errors',
  schema: {
    $schema: 'https://json-schema.org/draft/2020-12/schema',
    type: 'object',
    required: ['message'],
    additionalProperties: false,
    properties: {
      message: { type: 'string' },
      errors: {
        type: 'object',
        minProperties: 1,
        additionalProperties: { type: 'array', minItems: 1, items: { type: 'string' } },
      },
    },
  },
  codeSchemas: { tellsCode: false, variant, body: (whole) => whole },
}

function variant({ status }: CodeFacts): JsonSchema {
  if (status !== 422) return members({ message: said(meanings.message) })
  const errors = {
    type: 'object',
    description: 'All messages of each field that breaks a rule, by the path of the field.',
    minProperties: 1,
    additionalProperties: list(said(meanings.message)),
  }
  return members({ message: said(meanings.message), errors }, ['errors'])
}

function encode(error: WireError): JsonValue {
  const errors = error.status === 422 ? byField(error) : new Map<string, string[]>()
  if (errors.size === 0) return { message: wholeMessage(error) }
  const placeless = error.validation ? error.problems.filter(({ param }) => param === undefined) : []
  // fromEntries defines its keys, so that a field named __proto__ is a field like any other.
  return { message: describe(error.message, placeless), errors: Object.fromEntries(errors) }
}

function byField(error: WireError): Map<string, string[]> {
  const fields = new Map<string, string[]>()
  for (const { param, message } of problemsOf(error)) {
    if (param === undefined) continue
    fields.set(param, [...(fields.get(param) ?? []), message])
  }
  return fields
}
