import { expect, test } from 'vitest'
import { fieldErrors } from './field-errors.ts'
import { recognise } from './recognise.ts'
import { declined, encodedBy, invalid } from './testing.suite.ts'

const bytes = encodedBy(fieldErrors)

test('writes the messages of each field on 422', () => {
  const twice = { code: 'too_long', type: 'invalid_request_error', message: 'Is too long.', param: 'email' }
  expect(bytes({ ...invalid, problems: [...invalid.problems, twice] })).toBe(
    '{"message":"The body is invalid.","errors":{"email":["Is no address.","Is too long."],' +
      '"items.0.qty":["Must be at least 1."]}}',
  )
})

test('writes the field of a single error on 422', () => {
  expect(bytes({ ...declined, status: 422 })).toBe(
    '{"message":"Your card was declined.","errors":{"source":["Your card was declined."]}}',
  )
})

test('writes only the message of any other failure', () => {
  expect(bytes(declined)).toBe('{"message":"Your card was declined."}')
  const { param: _param, ...placeless } = declined
  expect(bytes({ ...placeless, status: 422 })).toBe('{"message":"Your card was declined."}')
})

test('names the fields in the message of a validation error at another status', () => {
  expect(bytes({ ...invalid, status: 400 })).toBe(
    '{"message":"The body is invalid. email: Is no address; items.0.qty: Must be at least 1."}',
  )
})

test('puts a violation without a field into the message', () => {
  const placeless = { code: 'body_invalid', type: 'invalid_request_error', message: 'Is empty.' }
  expect(bytes({ ...invalid, problems: [...invalid.problems.slice(0, 1), placeless] })).toBe(
    '{"message":"The body is invalid. Is empty.","errors":{"email":["Is no address."]}}',
  )
})

test('a field named __proto__ is a field like any other', () => {
  const problems = [{ code: 'unknown', type: 'invalid_request_error', message: 'Is unknown.', param: '__proto__' }]
  const written = bytes({ ...invalid, problems })
  expect(written).toBe('{"message":"The body is invalid.","errors":{"__proto__":["Is unknown."]}}')
  expect(fieldErrors.decode(JSON.parse(written)).problems).toEqual([{ param: '__proto__', message: 'Is unknown.' }])
})

test('reads messages that are no lists, and skips those that are no texts', () => {
  expect(fieldErrors.decode({ errors: { a: 'No.', b: [1, 'Bad.', { message: 'Worse.' }], c: null } })).toEqual({
    param: 'a',
    message: 'No.',
    problems: [
      { param: 'a', message: 'No.' },
      { param: 'b', message: 'Bad.' },
      { param: 'b', message: 'Worse.' },
    ],
  })
})

test('a code beside the message, as frameworks write it, is read', () => {
  const body = { statusCode: 400, code: 'FST_ERR_VALIDATION', error: 'Bad Request', message: 'body must be object' }
  expect(recognise(body)).toBe('field-errors')
  expect(fieldErrors.decode(body)).toMatchObject({ code: 'FST_ERR_VALIDATION', message: 'body must be object' })
})
