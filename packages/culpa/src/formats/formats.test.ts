import { Ajv2020 } from 'ajv/dist/2020.js'
import fc from 'fast-check'
import { expect, test } from 'vitest'
import { type FormatName, formatNames } from '../contract/profile.ts'
import type { WireError, WireProblem } from './format.ts'
import { formats, recognise } from './index.ts'

const text = fc.oneof(
  fc.string(),
  fc.string({ unit: 'binary' }),
  fc.constantFrom('', '.', '__proto__', 'constructor', 'toJSON', '\ud800', 'a.b/c~0d', '#/a%2', 'Größe 100 %.'),
)
const snake = fc.constantFrom('parameter_invalid', 'parameter_missing', 'validation_failed')
const reserved = fc.constantFrom('code', 'type', 'param', 'message', 'status', 'errors', 'decline_code', '__proto__')
// JSON has no negative zero.
const json = fc.jsonValue().map((value) => JSON.parse(JSON.stringify(value)))
const details = fc.dictionary(fc.oneof(text, reserved), fc.oneof(json, fc.constant(undefined)))
const optional: { requiredKeys: ('code' | 'type' | 'message')[] } = { requiredKeys: ['code', 'type', 'message'] }
const single = fc.record({ code: text, type: text, message: text, param: text, details }, optional)
const violation = fc.record({ code: snake, type: text, message: text, param: text }, optional)
const whole = fc.record(
  {
    status: fc.oneof(fc.constant(422), fc.integer({ min: 400, max: 599 })),
    title: text,
    docUrl: fc.constantFrom('https://docs.example.com/errors/x', '/errors/x'),
    retryAfterSeconds: fc.integer({ min: 1, max: 1e6 }),
  },
  { requiredKeys: ['status', 'title'] },
)
const other = fc.tuple(whole, single, fc.array(single, { maxLength: 3 })).map(
  ([fields, problem, others]): WireError => ({
    ...fields,
    ...problem,
    validation: false,
    problems: [problem, ...others],
  }),
)
const invalid = fc
  .tuple(whole, single, fc.array(violation, { minLength: 1, maxLength: 4 }))
  .map(([fields, problem, problems]): WireError => ({ ...fields, ...problem, validation: true, problems }))
const wireError = fc.oneof(other, invalid)

/** A problem with the parts named; empty details and undefined values are the same as none. */
function only(problem: WireProblem, ...keys: (keyof WireProblem)[]) {
  const kept = Object.entries(problem).filter(([key]) => keys.some((name) => name === key))
  const plain = JSON.parse(JSON.stringify(Object.fromEntries(kept)))
  if (JSON.stringify(plain.details) === '{}') delete plain.details
  return plain
}

function around(error: WireError, ...keys: (keyof WireError)[]) {
  return Object.fromEntries(keys.flatMap((key) => (error[key] === undefined ? [] : [[key, error[key]]])))
}

const full = ['code', 'type', 'message', 'param', 'details'] as const
const stripeMembers = ['code', 'type', 'message', 'param', 'doc_url']

/** What each format can carry: all that `decode` must give back of an encoded error. */
const carried: Readonly<Record<FormatName, (error: WireError) => unknown>> = {
  stripe: (error) => {
    const kept = Object.entries(error.details ?? {}).filter(([key]) => !stripeMembers.includes(key))
    const problem = only({ ...error, details: Object.fromEntries(kept) }, ...full)
    if (error.validation) problem.message = expect.any(String)
    const param = error.validation ? error.problems[0]?.param : undefined
    if (param !== undefined) problem.param = param
    return { ...problem, ...around(error, 'docUrl'), problems: [problem] }
  },
  'error-list': (error) => {
    const problems = error.problems.map((problem) => only(problem, 'code', 'type', 'message', 'param'))
    return { ...problems[0], problems }
  },
  'field-errors': (error) => {
    const placed = error.status === 422 ? error.problems.filter(({ param }) => param !== undefined) : []
    const problems = placed.map((problem) => only(problem, 'message', 'param'))
    const message = error.validation ? expect.any(String) : error.message
    // A JSON object keeps no order between fields that look like numbers.
    const param = problems.length > 0 ? { param: expect.any(String) } : {}
    return { message, ...param, problems: problems.length > 0 ? expect.toSatisfy(sameFields(problems)) : [{ message }] }
  },
  currents: (error) => {
    const message = error.validation ? expect.any(String) : error.message
    return { message, problems: [{ message }] }
  },
  problem: (error) => {
    const parts = error.validation || error.problems.length > 1 ? error.problems : [error]
    const problems = parts.map((problem) => only(problem, ...full))
    return { ...only(error, ...full), ...around(error, 'status', 'docUrl', 'retryAfterSeconds'), problems }
  },
  jsonapi: (error) => {
    const problems = error.problems.map((problem) => only(problem, ...full))
    return { ...problems[0], ...around(error, 'status', 'docUrl', 'retryAfterSeconds'), problems }
  },
  google: (error) => {
    const first = only(error, ...full)
    const violations = error.problems.map((problem) => only({ ...problem, type: error.type }, ...full))
    const problems = error.validation ? violations : [first]
    return { ...first, ...around(error, 'status', 'docUrl', 'retryAfterSeconds'), problems }
  },
}

function sameFields(expected: readonly WireProblem[]) {
  return (problems: readonly WireProblem[]) =>
    problems.length === expected.length &&
    expected.every(({ param }) => {
      const messages = (list: readonly WireProblem[]) => list.filter((item) => item.param === param)
      return JSON.stringify(messages(problems).map(said)) === JSON.stringify(messages(expected).map(said))
    })
}

const said = ({ message }: WireProblem) => message
const overTheWire = (name: FormatName, error: WireError): unknown =>
  JSON.parse(JSON.stringify(formats[name].encode(error)))

const sample: WireError = {
  ...{ status: 404, title: 'Not Found', code: 'run_unknown', type: 'invalid_request_error', message: 'Unknown run.' },
  ...{ validation: false, problems: [] },
}

for (const name of formatNames) {
  const format = formats[name]

  test(`${name}: decode(encode(e)) keeps what the format can carry, also after JSON`, () => {
    fc.assert(
      fc.property(wireError, (error) => {
        expect(format.decode(format.encode(error))).toEqual(carried[name](error))
        expect(format.decode(overTheWire(name, error))).toEqual(carried[name](error))
      }),
    )
  })

  test(`${name}: every encoded error validates against the schema`, () => {
    const validate = new Ajv2020({ strict: true }).compile(format.schema)
    fc.assert(
      fc.property(wireError, (error) => {
        validate(overTheWire(name, error))
        expect(validate.errors ?? []).toEqual([])
      }),
    )
  })

  test(`${name}: the schema refuses a body without its members and, but for details, one with more`, () => {
    const validate = new Ajv2020({ strict: true }).compile(format.schema)
    expect(validate({})).toBe(false)
    fc.assert(
      fc.property(wireError, (error) => {
        expect(validate({ ...(overTheWire(name, error) as object), stranger: 1 })).toBe(false)
      }),
    )
  })

  test(`${name}: recognises its own bodies and no other format does`, () => {
    fc.assert(
      fc.property(wireError, (error) => {
        const body = overTheWire(name, error)
        expect(formatNames.filter((candidate) => formats[candidate].recognises(body))).toEqual([name])
        expect(recognise(body)).toBe(name)
      }),
    )
  })

  test(`${name}: names itself and its media type`, () => {
    expect(format.name).toBe(name)
    expect(format.mediaType).toMatch(/^application\/(vnd\.api\+|problem\+)?json$/)
  })

  test(`${name}: writes an error without parts and with odd details`, () => {
    const odd = JSON.parse('{"__proto__":{"polluted":true},"toJSON":1}')
    const bare: WireError = { ...sample, details: { ...odd, big: 1n, gone: undefined }, problems: [] }
    expect(() => format.encode(bare)).not.toThrow()
    expect(Reflect.get({}, 'polluted')).toBeUndefined()
    expect(format.decode(format.encode({ ...sample, problems: [] })).problems).toHaveLength(1)
  })
}
