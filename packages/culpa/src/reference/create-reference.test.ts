import { expect, test } from 'vitest'
import { z } from 'zod'
import { formatNames } from '../contract/profile.ts'
import { createReference } from './create-reference.ts'
import { referenceSite } from './site.ts'
import { documentedApi, documentedOperation, silentSchema } from './testing.suite.ts'

const details = z.object({
  decline_code: z.string().describe('Why the bank refused.'),
  attempts: z.number().optional(),
})
const declined = { status: 402, message: 'Declined.', details, example: { decline_code: 'lost_card' } } as const
const charge = documentedOperation('POST /v1/charges', { errors: ['card_declined'], summary: 'Charge a card' })
const entryOf = (api: Parameters<typeof createReference>[0], code: string, options = {}) =>
  createReference(api, options).codes.find((entry) => entry.code === code)

test('the reference is plain JSON', () => {
  const reference = createReference(documentedApi({ errors: { card_declined: declined } }, [charge, 'card_declined']))
  expect(JSON.parse(JSON.stringify(reference))).toEqual(JSON.parse(JSON.stringify(structuredClone(reference))))
})

test('details are described from their schema, their descriptions included', () => {
  const api = documentedApi({ errors: { card_declined: declined } }, [charge, 'card_declined'])
  expect(entryOf(api, 'card_declined')?.details).toMatchObject({
    schema: { type: 'object', required: ['decline_code'] },
    fields: [
      { name: 'decline_code', type: 'string', required: true, meaning: 'Why the bank refused.' },
      { name: 'attempts', type: 'number', required: false, meaning: '' },
    ],
    example: { decline_code: 'lost_card' },
  })
})

test('where the schema tells nothing, the example does', () => {
  const errors = { odd: { status: 400, message: 'Odd.', details: silentSchema, example: { at: [1], why: 'x' } } }
  const api = documentedApi({ errors }, [charge, 'odd'])
  expect(entryOf(api, 'odd')?.details?.fields).toEqual([
    { name: 'at', type: 'array', required: undefined, meaning: '' },
    { name: 'why', type: 'string', required: undefined, meaning: '' },
  ])
  const convert = () => ({ type: 'object', properties: { at: { type: 'integer' } } })
  expect(entryOf(api, 'odd', { toJsonSchema: convert })?.details?.fields).toMatchObject([
    { name: 'at', type: 'integer' },
  ])
})

test('what a declaration leaves out is said by the row of its status, then by the class of it', () => {
  const statuses = {
    200: { name: 'OK', meaning: 'Fine.' },
    400: { name: 'Bad', meaning: 'Bad.', causes: ['A slip.'], fix: 'Mend it.' },
    500: { name: 'Worse', meaning: 'Worse.' },
  }
  const errors = { silly: { status: 400, message: 'Silly.' }, broken: { status: 500, message: 'Broken.' } }
  const api = documentedApi({ statuses, errors }, [charge, 'silly', 'broken'])
  expect(entryOf(api, 'silly')).toMatchObject({ causes: ['A slip.'], fix: 'Mend it.', retry: { advice: 'never' } })
  expect(entryOf(api, 'silly')?.operatorFix).toMatch(/^Nothing, for a single caller/)
  expect(entryOf(api, 'broken')).toMatchObject({ causes: [], fix: '' })
  expect(entryOf(api, 'broken')?.operatorFix).toMatch(/request id in the log/)
})

test('after a failure of the server a repeated request may happen twice: what to do depends on keys', () => {
  const keyed = documentedOperation('POST /v1/charges', { idempotency: 'optional' })
  expect(entryOf(documentedApi({}, [keyed, 'internal_error']), 'internal_error')?.retry.meaning).toMatch(
    /same Idempotency-Key/,
  )
  expect(entryOf(documentedApi({}, [charge, 'internal_error']), 'internal_error')?.retry.meaning).toMatch(/look before/)
})

test('who answers with a code: some operations, every one, none, or nobody knows', () => {
  const other = documentedOperation('GET /v1/charges')
  const api = documentedApi({}, [charge, 'internal_error', 'resource_gone'], [other, 'internal_error'])
  expect(entryOf(api, 'resource_gone')?.senders).toEqual({ who: 'some', operations: ['POST /v1/charges'] })
  expect(entryOf(api, 'internal_error')?.senders.who).toBe('every')
  expect(entryOf(api, 'resource_locked')?.senders).toEqual({ who: 'none', operations: [] })
  expect(entryOf(api, 'route_unknown')?.senders).toEqual({ who: 'anywhere', operations: [] })
  expect(entryOf(documentedApi({}), 'resource_locked')?.senders).toEqual({ who: 'unknown', operations: [] })
})

test('a contract alone has a reference: all its codes, no operations', () => {
  const reference = createReference(documentedApi({ name: 'shop' }))
  expect(reference).toMatchObject({ title: 'shop: errors', operations: [], baseUrl: 'https://api.example.com' })
  expect(reference.statuses.flatMap(({ codes }) => codes)).toHaveLength(reference.codes.length)
})

test('examples draw their parameters from the operations', () => {
  const body = z.object({ email: z.string(), amount: z.number(), note: z.string().optional() })
  const create = documentedOperation('POST /v1/charges', { body, scopes: ['charges:write'] })
  const list = documentedOperation('GET /v1/charges/:id', { query: z.object({ from: z.string() }) })
  const api = documentedApi(
    { format: 'stripe' },
    [create, 'validation_failed', 'permission_denied'],
    [list, 'parameter_missing', 'resource_missing'],
  )
  expect(entryOf(api, 'validation_failed')?.example.body).toMatchObject({
    error: { param: 'email', message: expect.stringContaining('amount: The amount field is required') },
  })
  expect(entryOf(api, 'parameter_missing')?.example.body).toMatchObject({
    error: { param: 'from', message: 'The from parameter is required.' },
  })
  expect(entryOf(api, 'resource_missing')?.example.body).toMatchObject({ error: { param: 'id' } })
  expect(entryOf(api, 'permission_denied')?.example.headers).toContainEqual([
    'www-authenticate',
    'Bearer realm="api", error="insufficient_scope", scope="charges:write"',
  ])
})

test('without a profile the table has what can come, each row explained', () => {
  const { statuses } = createReference(documentedApi({}, [charge, 'resource_missing', 'internal_error']))
  expect(statuses.map(({ status }) => status)).toEqual([200, 404, 405, 500])
  for (const { meaning, causes, fix } of statuses) {
    for (const text of [meaning, fix, ...causes]) expect(text).toMatch(/^[A-Z].{8,}\.$/)
  }
})

test('a renamed and a folded code stand under what goes out', () => {
  const definition = {
    builtins: { rate_limited: { code: 'too_many_requests' } },
    statuses: {
      200: { name: 'OK', meaning: 'Fine.' },
      400: { name: 'Bad', meaning: 'Bad.' },
      500: { name: 'Worse', meaning: 'Worse.' },
    },
  }
  const reference = createReference(documentedApi(definition, [charge, 'rate_limited']))
  expect(reference.statuses.find(({ status }) => status === 400)?.codes).toContain('too_many_requests')
  expect(reference.folds).toContainEqual(
    expect.objectContaining({ from: '429', to: '400', codes: ['too_many_requests'] }),
  )
  expect(reference.codes.find(({ code }) => code === 'too_many_requests')?.headers.map(({ name }) => name)).toEqual([
    'Retry-After',
    'RateLimit',
    'RateLimit-Policy',
  ])
})

test.each(formatNames)('each member of a %s body is described', (format) => {
  const { body } = createReference(documentedApi({ format }))
  expect(body.members.length).toBeGreaterThan(0)
  for (const { path, meaning } of body.members) expect(meaning, path).toMatch(/^[A-Z].{8,}\.$/)
  expect([body.tellsCode, body.tellsType]).toEqual(/field-errors|currents/.test(format) ? [false, false] : [true, true])
})

test('triggers become commands; one that cannot be, a reason', () => {
  const step = { method: 'GET', path: '/x', headers: {}, body: null }
  const triggers = [
    { code: 'internal_error', cause: 'a bug', steps: [step] },
    { code: 'resource_gone', cannot: 'Nothing is ever removed.' },
  ]
  const api = documentedApi({}, [charge, 'internal_error'])
  const options = { triggers, baseUrl: 'http://localhost:4000/' }
  expect(entryOf(api, 'internal_error', options)?.provoke).toEqual([
    { cause: 'a bug', curl: 'curl -i http://localhost:4000/x' },
  ])
  expect(entryOf(api, 'resource_gone', options)).toMatchObject({
    provoke: [],
    unprovokable: 'Nothing is ever removed.',
  })
})

test('a recorded answer is the example, to the byte', () => {
  const body = '{"error":{"code":"card_declined", "n":1}}'
  const answers = { card_declined: { status: 402, reason: 'Nope', headers: [['X-One', '1']] as const, body } }
  const definition = { format: 'stripe', errors: { card_declined: declined } } as const
  const api = documentedApi(definition, [charge, 'card_declined', 'internal_error'])
  expect(entryOf(api, 'card_declined', { answers })?.example).toEqual({
    ...{ status: 402, reason: 'Nope', headers: [['x-one', '1']], text: body },
    body: { error: { code: 'card_declined', n: 1 } },
  })
  expect(entryOf(api, 'card_declined', { answers })?.details?.example).toEqual({ n: 1 })
  const page = referenceSite(createReference(api, { answers })).find(({ path }) => path === 'card_declined.md')
  expect(page?.text).toContain(`HTTP/1.1 402 Nope\nx-one: 1\n\n${body}\n`)
  expect(entryOf(api, 'internal_error', { answers })).toEqual(entryOf(api, 'internal_error'))
})

test('a recorded body that is no JSON is text', () => {
  const answers = { card_declined: { status: 402, headers: [], body: '<p>' } }
  const api = documentedApi({ errors: { card_declined: declined } }, [charge, 'card_declined'])
  expect(entryOf(api, 'card_declined', { answers })?.example).toMatchObject({ body: '<p>', text: '<p>', reason: '' })
})

test('a code may have a name that every object has', () => {
  const api = documentedApi({ errors: { constructor: { status: 409, message: 'Built twice.' } } }, [
    charge,
    'constructor',
  ])
  expect(entryOf(api, 'constructor')).toMatchObject({ status: 409, headers: [] })
})
