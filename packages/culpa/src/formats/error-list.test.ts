import { expect, test } from 'vitest'
import { errorList } from './error-list.ts'
import { declined, encodedBy, invalid, several } from './testing.suite.ts'

const bytes = encodedBy(errorList)

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
