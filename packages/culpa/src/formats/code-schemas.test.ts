import { Ajv2020 } from 'ajv/dist/2020.js'
import fc from 'fast-check'
import { expect, test } from 'vitest'
import { formatNames } from '../contract/profile.ts'
import type { CodeFacts, JsonSchema, WireError } from './format.ts'
import { formats } from './index.ts'

const details: JsonSchema = {
  type: 'object',
  required: ['decline_code'],
  additionalProperties: false,
  properties: { decline_code: { type: 'string' }, attempts: { type: 'integer' } },
}
const facts: CodeFacts = {
  code: 'card_declined',
  type: 'card_error',
  status: 402,
  title: 'Payment Required',
  docUrl: 'https://docs.example.com/errors/card_declined',
  details,
}
const invalid: CodeFacts = {
  code: 'validation_failed',
  type: 'invalid_request_error',
  status: 422,
  title: 'Unprocessable Content',
}

/** The server sees to it that texts say something. */
const text = fc.string().filter((one) => /\S/.test(one))
const param = fc.option(text, { nil: undefined })
const withDetails = fc.record(
  { message: text, param, attempts: fc.nat(), retryAfterSeconds: fc.nat() },
  { requiredKeys: ['message'] },
)

function declined({ message, param, attempts, retryAfterSeconds }: Record<string, unknown>): WireError {
  const { details: _schema, ...fixed } = facts
  const problem = {
    ...fixed,
    validation: false,
    message: String(message),
    details: { decline_code: 'lost_card', ...(attempts !== undefined && { attempts }) },
    ...(param !== undefined && { param: String(param) }),
  }
  return { ...problem, problems: [problem], ...(retryAfterSeconds !== undefined && { retryAfterSeconds: 1 }) }
}

function violating(violations: readonly { param?: string | undefined; message: string }[]): WireError {
  const problems = violations.map(({ param, message }) => ({
    ...{ code: invalid.code, type: invalid.type, message },
    ...(param !== undefined && { param }),
  }))
  return { ...invalid, message: 'The data in the body is not valid.', validation: true, problems }
}

function validatorOf(name: (typeof formatNames)[number], codes: readonly CodeFacts[]) {
  const { variant, body } = formats[name].codeSchemas
  const variants = codes.map(variant)
  return new Ajv2020({ strict: true, strictRequired: false }).compile(
    body(variants.length === 1 ? (variants[0] as JsonSchema) : { oneOf: variants }),
  )
}

for (const name of formatNames) {
  const { encode, codeSchemas } = formats[name]
  const sent = (error: WireError) => JSON.parse(JSON.stringify(encode(error)))

  test(`${name}: every body of a code with details is of its variant`, () => {
    const validate = validatorOf(name, [facts])
    fc.assert(
      fc.property(withDetails, (fields) => {
        validate(sent(declined(fields)))
        expect(validate.errors ?? []).toEqual([])
      }),
    )
  })

  test(`${name}: every body of a failed validation is of its variant`, () => {
    const validate = validatorOf(name, [invalid])
    const violations = fc.array(fc.record({ param, message: text }), { minLength: 1, maxLength: 3 })
    fc.assert(
      fc.property(violations, (list) => {
        validate(sent(violating(list)))
        expect(validate.errors ?? []).toEqual([])
      }),
    )
  })

  test(`${name}: a body is of the variant of its own code alone, where bodies tell codes`, () => {
    const other: CodeFacts = { ...invalid, status: 402, code: 'card_expired' }
    const problem = { ...other, message: 'Expired.' }
    const body = sent({ ...problem, validation: false, problems: [problem] })
    expect(validatorOf(name, [facts])(body)).toBe(!codeSchemas.tellsCode)
    if (codeSchemas.tellsCode) expect(validatorOf(name, [facts, other])(body)).toBe(true)
    expect(codeSchemas.tellsCode).toBe(codeOf(codeSchemas.variant(facts)) === facts.code)
  })

  test(`${name}: a variant is flat, each of its objects closed where all members are known`, () => {
    const { variant } = codeSchemas
    for (const one of [facts, invalid]) {
      expect(JSON.stringify(variant(one))).not.toMatch(/allOf|\$ref/)
      expect(variant(one)).toMatchObject({ type: 'object', additionalProperties: false })
    }
  })
}

test('stripe: details of an unknown schema may have any members', () => {
  const validate = validatorOf('stripe', [{ ...facts, details: { type: 'object' } }])
  expect(validate(formats.stripe.encode(declined({ message: 'No.' })))).toBe(true)
})

function codeOf(variant: JsonSchema): unknown {
  return (variant.properties as { code?: { const?: unknown } } | undefined)?.code?.const
}
