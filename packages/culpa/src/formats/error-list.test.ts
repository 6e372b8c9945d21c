import { expect, test } from 'vitest'
import { errorList } from './error-list.ts'
import type { WireError } from './format.ts'

const declined: WireError = {
  status: 402,
  title: 'Payment Required',
  code: 'card_declined',
  type: 'card_error',
  message: 'Your card was declined.',
  param: 'source',
  details: { decline_code: 'lost_card', attempts: 2 },
  docUrl: 'https://docs.example.com/errors/card_declined',
  retryAfterSeconds: 12,
  validation: false,
  problems: [],
}

const invalid: WireError = {
  status: 422,
  title: 'Unprocessable Content',
  code: 'validation_failed',
  type: 'invalid_request_error',
  message: 'The body is invalid.',
  validation: true,
  problems: [
    { code: 'parameter_invalid', type: 'invalid_request_error', message: 'Is no address.', param: 'email' },
    { code: 'too_small', type: 'invalid_request_error', message: 'Must be at least 1.', param: 'items.0.qty' },
  ],
}

const several: WireError = {
  status: 400,
  title: 'Bad Request',
  code: 'amount_too_small',
  type: 'invalid_request_error',
  message: 'Too small.',
  param: 'amount',
  docUrl: '/errors/amount_too_small',
  validation: false,
  problems: [
    { code: 'amount_too_small', type: 'invalid_request_error', message: 'Too small.', param: 'amount' },
    { code: 'card_declined', type: 'card_error', message: 'Declined.', details: { decline_code: 'lost_card' } },
  ],
}

const bytes = (error: WireError) => JSON.stringify(errorList.encode(error))

test('writes one entry per problem and nothing else', () => {
  expect(bytes(several)).toBe(
    '{"errors":[{"type":"invalid_request_error","param":"amount","message":"Too small.","code":"amount_too_small"},' +
      '{"type":"card_error","message":"Declined.","code":"card_declined"}]}',
  )
})

test('writes one entry per violation', () => {
  expect(bytes(invalid)).toBe(
    '{"errors":[{"type":"invalid_request_error","param":"email","message":"Is no address.","code":"parameter_invalid"},' +
      '{"type":"invalid_request_error","param":"items.0.qty","message":"Must be at least 1.","code":"too_small"}]}',
  )
})

test('writes an error without parts as the only entry', () => {
  expect(bytes(declined)).toBe(
    '{"errors":[{"type":"card_error","param":"source","message":"Your card was declined.","code":"card_declined"}]}',
  )
})

test('reads entries that are texts or lack members, and skips what tells nothing', () => {
  expect(errorList.decode({ errors: ['No.', null, {}, { message: 'Bad.', code: 7 }] }).problems).toEqual([
    { message: 'No.' },
    { message: 'Bad.' },
  ])
})
