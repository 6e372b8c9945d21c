import { expect, test } from 'vitest'
import { problem } from './problem.ts'
import { declined, encodedBy, invalid, several } from './testing.suite.ts'

const bytes = encodedBy(problem)

test('writes problem details with the rest as extension members', () => {
  expect(bytes(declined)).toBe(
    '{"type":"https://docs.example.com/errors/card_declined","title":"Payment Required","status":402,' +
      '"detail":"Your card was declined.","code":"card_declined","error_type":"card_error","param":"source",' +
      '"details":{"decline_code":"lost_card","attempts":2},"retry_after":12}',
  )
})

test('points at every violation', () => {
  expect(bytes(invalid)).toBe(
    '{"type":"about:blank","title":"Unprocessable Content","status":422,"detail":"The body is invalid.",' +
      '"code":"validation_failed","error_type":"invalid_request_error","errors":[' +
      '{"pointer":"#/email","detail":"Is no address.","code":"parameter_invalid"},' +
      '{"pointer":"#/items/0/qty","detail":"Must be at least 1.","code":"too_small"}]}',
  )
})

test('lists several errors, each with the type and details of its own', () => {
  expect(bytes(several)).toBe(
    '{"type":"/errors/amount_too_small","title":"Bad Request","status":400,"detail":"Too small.",' +
      '"code":"amount_too_small","error_type":"invalid_request_error","param":"amount","errors":[' +
      '{"param":"amount","detail":"Too small.","code":"amount_too_small"},' +
      '{"detail":"Declined.","code":"card_declined","error_type":"card_error","details":{"decline_code":"lost_card"}}]}',
  )
})

test('writes a field that no URI can hold as param', () => {
  const problems = [{ code: 'x', type: 'y', message: 'Is unknown.', param: '\ud800' }]
  expect(problem.encode({ ...invalid, problems })).toMatchObject({ errors: [{ param: '\ud800' }] })
})

test('leaves out a waiting time that is none', () => {
  for (const retryAfterSeconds of [Number.NaN, Number.POSITIVE_INFINITY, -1])
    expect(problem.encode({ ...declined, retryAfterSeconds })).not.toHaveProperty('retry_after')
})

test('reads the extension members of a foreign problem as details', () => {
  const body = {
    type: 'https://example.com/out-of-credit',
    title: 'No credit.',
    status: '403',
    instance: '/1',
    balance: 30,
  }
  expect(problem.decode(body)).toEqual({
    message: 'No credit.',
    status: 403,
    docUrl: 'https://example.com/out-of-credit',
    details: { balance: 30 },
    problems: [{ message: 'No credit.', details: { balance: 30 } }],
  })
})

test('reads errors by field, as ASP.NET writes them', () => {
  const body = { title: 'Invalid.', status: 400, errors: { email: ['Is no address.'] } }
  expect(problem.decode(body).problems).toEqual([{ param: 'email', message: 'Is no address.' }])
})
