import fc from 'fast-check'
import { expect, test } from 'vitest'
import type { ResolvedError } from '../contract/declaration.ts'
import { type Contract, defineContract } from '../contract/define-contract.ts'
import { formatNames } from '../contract/profile.ts'
import { formats } from '../formats/index.ts'
import { profiles } from '../profiles/index.ts'
import { allReaders } from './body-readers.ts'
import { systemClock } from './clock.ts'
import { contractFacts } from './contract-facts.ts'
import { type ErrorResponse, responseError } from './response-error.ts'
import * as classes from './response-errors.ts'

const declined = { card_declined: { status: 402, message: 'Your card was declined.' } }

/** The class of each code that has none of the others. */
const classOf: Readonly<Record<string, readonly string[]>> = {
  AuthenticationError: [
    'api_key_missing',
    'api_key_invalid',
    'api_key_revoked',
    'api_key_expired',
    'credentials_ambiguous',
  ],
  PermissionError: ['permission_denied', 'organization_suspended', 'resource_forbidden'],
  CardError: ['card_declined'],
  NotFoundError: ['resource_missing', 'resource_gone', 'route_unknown'],
  RateLimitError: ['rate_limited'],
  ConflictError: [
    ...['idempotency_in_progress', 'idempotency_outcome_unknown', 'idempotency_response_expired'],
    ...['resource_exists', 'resource_changed', 'resource_locked'],
  ],
  IdempotencyError: ['idempotency_key_reused'],
  ApiError: ['internal_error', 'upstream_invalid', 'upstream_timeout', 'service_unavailable', 'maintenance'],
}

function expectedClass(profile: string, { code }: ResolvedError): string {
  // Answered like a resource that does not exist.
  if (profile === 'convergegate' && code === 'resource_forbidden') return 'NotFoundError'
  return Object.keys(classOf).find((name) => classOf[name]?.includes(code)) ?? 'InvalidRequestError'
}

type Answer = Pick<ErrorResponse, 'status' | 'headers' | 'rawBody'>

/** A response as a culpa server sends it. */
function answer(contract: Contract, resolved: ResolvedError): Answer {
  const { status, code, type, message, docUrl } = resolved
  const problem = { code, type, message }
  const title = contract.statuses[status]?.name ?? ''
  const body = formats[contract.format].encode({ ...problem, status, title, validation: false, problems: [problem] })
  const headers = { 'error-code': code, link: `<${docUrl}>; rel="help"`, 'request-id': 'req_1' }
  return { status, headers: new Headers(headers), rawBody: JSON.stringify(body) }
}

for (const profile of Object.values(profiles)) {
  const errors = 402 in profile.statuses ? declined : {}
  const contract: Contract = defineContract({ profile, docs: 'https://docs.example.com/errors', errors })
  const { codes } = contractFacts(contract)

  test(`${profile.name}: every code has its class, known or unknown to the client`, () => {
    for (const resolved of contract.codes.values()) {
      const sent = answer(contract, resolved)
      for (const [format, known] of [[contract.format, codes] as const, ['auto', undefined] as const]) {
        const error = readAs({ ...sent, format, codes: known })
        const { code, message, status, docUrl } = resolved
        expect([code, status, error.name]).toEqual([code, status, expectedClass(profile.name, resolved)])
        expect(error).toMatchObject({ code, message, status, docUrl, format: contract.format })
        expect(error.rawBody).toBe(sent.rawBody)
      }
    }
  })

  test(`${profile.name}: each status has a class of its own right, without type and code`, () => {
    const byStatus: Readonly<Record<number, string>> = {
      ...{ 401: 'AuthenticationError', 402: 'CardError', 403: 'PermissionError', 404: 'NotFoundError' },
      ...{ 409: 'ConflictError', 410: 'NotFoundError', 429: 'RateLimitError' },
    }
    for (const status of Object.keys(profile.statuses)
      .map(Number)
      .filter((one) => one >= 400)) {
      const expected = byStatus[status] ?? (status < 500 ? 'InvalidRequestError' : 'ApiError')
      expect([status, read(status, '').name]).toEqual([status, expected])
    }
  })
}

type Known = Pick<Parameters<typeof responseError>[0], 'format' | 'codes'> & { readonly method: string }

function readAs({ format = 'auto', codes, method = 'POST', ...response }: Answer & Partial<ErrorResponse & Known>) {
  const client = { format, codes, readers: allReaders, clock: systemClock }
  return responseError(client, method, { replayed: false, scrub: String, ...response })
}

function read(status: number, rawBody: string, more: Partial<ErrorResponse & Known> = {}) {
  return readAs({ status, rawBody, headers: new Headers(), ...more })
}

test('the type goes before the code and the code before the status', () => {
  const body = (type: string, code: string) => JSON.stringify({ error: { type, code, message: 'No.' } })
  expect(read(400, body('card_error', 'rate_limited'))).toBeInstanceOf(classes.CardError)
  expect(read(400, body('odd_error', 'rate_limited'))).toBeInstanceOf(classes.RateLimitError)
  expect(read(404, body('odd_error', 'rate_limited'))).toBeInstanceOf(classes.RateLimitError)
  expect(read(404, body('odd_error', 'odd_code'))).toBeInstanceOf(classes.NotFoundError)
  expect(read(401, body('permission_error', 'scope_missing'))).toBeInstanceOf(classes.PermissionError)
})

test('the types that every fold ends in give way to code and status', () => {
  const body = (type: string, code: string) => JSON.stringify({ error: { type, code, message: 'No.' } })
  expect(read(429, body('invalid_request_error', 'too_fast'))).toBeInstanceOf(classes.RateLimitError)
  expect(read(400, body('invalid_request_error', 'resource_locked'))).toBeInstanceOf(classes.ConflictError)
  expect(read(424, body('api_error', 'dependency'))).toBeInstanceOf(classes.ApiError)
  expect(read(418, body('invalid_request_error', 'teapot'))).toBeInstanceOf(classes.InvalidRequestError)
  expect(read(200, body('invalid_request_error', 'teapot'))).toBeInstanceOf(classes.InvalidRequestError)
})

test('a reused key is an IdempotencyError at any status; a running request a ConflictError', () => {
  const body = (code: string, type = 'invalid_request_error') =>
    JSON.stringify({ error: { type, code, message: 'No.' } })
  for (const status of [400, 409, 422]) {
    expect(read(status, body('idempotency_key_reused'))).toBeInstanceOf(classes.IdempotencyError)
    expect(read(status, body('', 'idempotency_error'))).toBeInstanceOf(classes.IdempotencyError)
    expect(read(status, body('idempotency_key_in_use', 'idempotency_error'))).toBeInstanceOf(classes.ConflictError)
    expect(read(status, body('idempotency_in_progress'))).toBeInstanceOf(classes.ConflictError)
  }
  expect(read(409, body('email_taken'))).toBeInstanceOf(classes.ConflictError)
})

test('a code outside the contract is unknown and keeps its name', () => {
  const rawBody = '{"error":{"type":"card_error","code":"card_melted","message":"No."}}'
  const error = read(402, rawBody, { codes: { card_declined: 'never' } })
  expect(error).toMatchObject({ name: 'CardError', code: 'unknown', rawCode: 'card_melted' })
  expect(read(402, rawBody)).toMatchObject({ code: 'card_melted' })
  expect(read(402, rawBody)).not.toHaveProperty('rawCode')
})

test('no code at all is unknown too, without a raw one', () => {
  const error = read(402, '{"message":"No."}', { codes: { card_declined: 'never' } })
  expect(error.code).toBe('unknown')
  expect(error).not.toHaveProperty('rawCode')
})

test('the code of the body goes before the one of the header', () => {
  const headers = new Headers({ 'error-code': 'of_header' })
  expect(read(400, '{"error":{"type":"x","code":"of_body","message":"No."}}', { headers }).code).toBe('of_body')
  expect(read(400, '{"message":"No."}', { headers }).code).toBe('of_header')
  expect(read(400, '{"error":{"type":"x","code":"","message":"No."}}', { headers }).code).toBe('of_header')
})

test('an HTML 502 keeps its status and body, has a short message and is no SyntaxError', () => {
  const rawBody = '<!DOCTYPE html>\n<html><body><h1>502 Bad Gateway</h1><hr>nginx</body></html>'
  const error = read(502, rawBody, { format: 'stripe' })
  expect(error).toBeInstanceOf(classes.ApiError)
  expect(error).toMatchObject({
    status: 502,
    message: 'HTTP 502',
    format: 'html',
    code: 'unknown',
    rawBody,
  })
  expect(error.cause).toBeUndefined()
})

test('an empty 500 is an error with its status', () => {
  expect(read(500, '')).toMatchObject({ name: 'ApiError', message: 'HTTP 500', format: 'empty' })
  expect(read(418, ' \n')).toMatchObject({ message: 'HTTP 418', format: 'empty' })
})

test('a 404 problem document is an error', () => {
  const rawBody =
    '{"type":"https://example.com/probs/gone","title":"Gone","status":404,"detail":"No such run.","run":7}'
  expect(read(404, rawBody)).toMatchObject({
    ...{ name: 'NotFoundError', format: 'problem', message: 'No such run.', docUrl: 'https://example.com/probs/gone' },
    details: { run: 7 },
  })
})

test('plain text is the message, its first line of at most 200 characters', () => {
  expect(read(503, 'upstream connect error\nstack')).toMatchObject({
    message: 'upstream connect error',
    format: 'text',
  })
  expect(read(503, 'é'.repeat(300)).message).toBe('é'.repeat(200))
  expect(read(503, '😀'.repeat(300)).message).toBe('😀'.repeat(200))
})

test.each(['{"error":{"mess', '[', '<?xml version="1.0"?><Error/>', '{}', '[1]', 'null', '17'])(
  'a body that tells nothing gives the status as message: %s',
  (rawBody) => {
    expect(read(503, rawBody)).toMatchObject({ message: 'HTTP 503', format: 'text', rawBody })
  },
)

test('a body of another format than the expected one is read all the same', () => {
  const bodies = {
    stripe: '{"error":{"type":"x_error","message":"No."}}',
    'error-list': '{"errors":[{"type":"x_error","message":"No."}]}',
    'field-errors': '{"message":"No."}',
    currents: '{"status":"FAILED","error":"No."}',
    problem: '{"title":"x","status":400,"detail":"No."}',
    jsonapi: '{"errors":[{"status":"400","detail":"No."}]}',
    google: '{"error":{"code":400,"message":"No.","status":"INVALID_ARGUMENT"}}',
  }
  for (const expected of formatNames)
    for (const rawBody of Object.values(bodies)) {
      const error = read(400, rawBody, { format: expected })
      expect([expected, rawBody, error.message]).toEqual([expected, rawBody, 'No.'])
    }
  for (const [format, rawBody] of Object.entries(bodies)) expect(read(400, rawBody).format).toBe(format)
})

test('each violation is a field error, and an error without any has an empty list', () => {
  const rawBody = '{"message":"Invalid.","errors":{"email":["Too long.","No address."],"items.0.qty":["Too small."]}}'
  expect(read(422, rawBody)).toMatchObject({
    ...{ name: 'InvalidRequestError', message: 'Invalid.', param: 'email' },
    fieldErrors: [
      { path: 'email', message: 'Too long.' },
      { path: 'email', message: 'No address.' },
      { path: 'items.0.qty', message: 'Too small.' },
    ],
  })
  const problem =
    '{"title":"x","status":422,"detail":"x","errors":[{"pointer":"#/a/0","detail":"Bad.","code":"a_bad"}]}'
  expect(read(422, problem).fieldErrors).toEqual([{ path: 'a.0', code: 'a_bad', message: 'Bad.' }])
  expect(read(500, '').fieldErrors).toEqual([])
})

test('the page comes from the body, else from the link, and is never a script', () => {
  const link = (value: string) => read(500, '', { headers: new Headers({ link: value }) }).docUrl
  expect(link('</other>; rel=next, <https://e.com/x>; title="a"; rel="help"')).toBe('https://e.com/x')
  expect(link('</errors/x>; rel=help')).toBe('/errors/x')
  expect(link('<javascript:alert(1)>; rel=help')).toBeUndefined()
  expect(link('<https://e.com/x>; rel=helper')).toBeUndefined()
  const body = (url: string) => read(400, JSON.stringify({ error: { type: 'x', message: 'y', doc_url: url } })).docUrl
  expect(body('https://e.com/y')).toBe('https://e.com/y')
  expect(body('java\nscript:alert(1)')).toBeUndefined()
})

test('a hostile link header is read in linear time', () => {
  const started = performance.now()
  for (const part of ['<', '<a>;', '<a>; rel', '; ', ' '])
    read(500, '', { headers: new Headers({ link: part.repeat(50_000) }) })
  expect(performance.now() - started).toBeLessThan(1000)
})

test('the wait comes from the headers, else from the body', () => {
  const info = { '@type': 'type.googleapis.com/google.rpc.RetryInfo', retryDelay: '1.5s' }
  const rawBody = JSON.stringify({
    error: { code: 429, message: 'Slow.', status: 'RESOURCE_EXHAUSTED', details: [info] },
  })
  expect(read(429, rawBody)).toMatchObject({ name: 'RateLimitError', retryAfterMs: 1500 })
  expect(read(429, rawBody, { headers: new Headers({ 'retry-after': '3' }) }).retryAfterMs).toBe(3000)
})

test('a refusal took no effect; of a failure only a read is sure', () => {
  const outcome = (status: number, method: string) => read(status, '', { method }).outcome
  for (const status of [400, 401, 402, 404, 409, 422, 429, 501]) expect(outcome(status, 'POST')).toBe('rejected')
  for (const status of [200, 302, 408, 500, 502, 503, 504]) expect(outcome(status, 'POST')).toBe('unknown')
  for (const method of ['GET', 'HEAD', 'OPTIONS']) expect(outcome(500, method)).toBe('rejected')
})

test('headers are kept without cookies', () => {
  const headers = new Headers([
    ['set-cookie', 'session=1'],
    ['set-cookie', 'b=2'],
    ['X-A', '1'],
  ])
  expect(read(500, '', { headers }).headers).toEqual({ 'x-a': '1' })
})

test('whatever the body, there is an error with its status, and it can be printed', () => {
  const body = fc.oneof(
    fc.string({ unit: 'binary' }),
    fc.json(),
    fc.constantFrom('['.repeat(60_000), '{"a":'.repeat(9000)),
  )
  fc.assert(
    fc.property(
      body,
      fc.constantFrom('auto', ...formatNames),
      fc.integer({ min: 200, max: 599 }),
      (rawBody, format, status) => {
        const error = read(status, rawBody, { format })
        expect(error).toBeInstanceOf(classes.ApiResponseError)
        expect(error).toMatchObject({ status, code: expect.any(String), type: expect.any(String) })
        expect(JSON.parse(JSON.stringify(error)).message).toBeTypeOf('string')
        structuredClone(error)
      },
    ),
  )
})

test('details that nest without end do not stop an error from being printed', () => {
  const details = `${'{"a":'.repeat(10_000)}1${'}'.repeat(10_000)}`
  const error = read(400, `{"error":{"type":"card_error","message":"No.","deep":${details}}}`)
  expect(error).toMatchObject({ name: 'CardError', message: 'No.' })
  expect(JSON.stringify(error)).toContain('No.')
})
