import { fixed, meanings, members, pageMember, said } from './code-schema.ts'
import { decoded, readDetails, readProblem, text } from './decoded.ts'
import type { CodeFacts, DecodedError, Format, JsonSchema, JsonValue, WireError } from './format.ts'
import { recognise } from './recognise.ts'
import { type Loose, tame } from './tame.ts'
import { detailsOf, wholeMessage } from './wire.ts'

const named: readonly string[] = ['type', 'code', 'message', 'param', 'doc_url']

/**
 * One error object, as Stripe and many after it write it (https://docs.stripe.com/api/errors).
 *
 * Details stand beside the named members and never replace one. It carries one error: of a validation error the first
 * parameter and a message that names every violation, of several others the first.
 * @example
 * {"error":{"type":"card_error","code":"card_declined","message":"Your card was declined.","decline_code":"lost_card"}}
 */
export const stripe: Format = {
  name: 'stripe',
  mediaType: 'application/json',
  encode,
  decode: (body) => decodeStripe(tame(body)),
  recognises: (body) => recognise(body) === 'stripe',
  schema: {
    $schema: 'https://json-schema.org/draft/2020-12/schema',
    type: 'object',
    required: ['error'],
    additionalProperties: false,
    properties: {
      error: {
        type: 'object',
        required: ['type', 'code', 'message'],
        properties: {
          type: { type: 'string' },
          code: { type: 'string' },
          message: { type: 'string' },
          param: { type: 'string' },
          doc_url: { type: 'string' },
        },
        additionalProperties: true,
      },
    },
  },
  codeSchemas: { tellsCode: true, variant, body: (error) => members({ error }) },
}

/** Details stand among the members; where their schema names none, any may come. */
function variant(facts: CodeFacts): JsonSchema {
  const { code, type, details } = facts
  const { properties, required, ...rest } = members(
    {
      type: fixed(type, meanings.type),
      code: fixed(code, meanings.code),
      message: said(meanings.message),
      param: said(meanings.param),
      ...pageMember('doc_url', facts),
    },
    ['param'],
  )
  if (details === undefined) return { ...rest, required, properties }
  const own = Object.entries(details.properties ?? {}).filter(([name]) => !named.includes(name))
  const isOpen = details.properties === undefined || details.additionalProperties !== false
  const needed = [details.required ?? []].flat().filter((name) => own.some(([one]) => one === name))
  return {
    ...rest,
    additionalProperties: isOpen,
    required: [...required, ...needed],
    properties: { ...properties, ...Object.fromEntries(own) },
  }
}

function encode(error: WireError): JsonValue {
  const { type, code, docUrl } = error
  const first = error.validation ? error.problems[0] : undefined
  const param = first?.param ?? error.param
  const written: Record<string, JsonValue> = { type, code, message: wholeMessage(error) }
  if (param !== undefined) written.param = param
  if (docUrl !== undefined) written.doc_url = docUrl
  const details = detailsOf(error.details, (key) => !named.includes(key))
  return { error: details === undefined ? written : { ...written, ...details } }
}

/** Reads parsed JSON that {@link stripe} wrote; apart from it, so that a client bundles no encoder. */
export function decodeStripe(body: Loose): DecodedError {
  const error = body?.error
  return decoded({ ...readProblem(error), details: readDetails(error, named) }, [], { docUrl: text(error?.doc_url) })
}
