import { expect, test } from 'vitest'
import { currents } from './currents.ts'
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

const bytes = (error: WireError) => JSON.stringify(currents.encode(error))

test('writes the status FAILED and the message', () => {
  expect(bytes(declined)).toBe('{"status":"FAILED","error":"Your card was declined."}')
})

test('names every violation in the message', () => {
  expect(bytes(invalid)).toBe(
    '{"status":"FAILED","error":"The body is invalid. email: Is no address; items.0.qty: Must be at least 1."}',
  )
})

test('does not say the message of a lone violation twice', () => {
  const problems = [{ code: 'x', type: 'y', message: 'Is no address.', param: 'email' }]
  expect(bytes({ ...invalid, message: 'Is no address.', problems })).toBe(
    '{"status":"FAILED","error":"email: Is no address."}',
  )
})

test('ends the declared message before the violations', () => {
  expect(bytes({ ...invalid, message: 'Invalid body' })).toContain('"Invalid body: email: Is no address; ')
})

test('reads a message whatever the status', () => {
  expect(currents.decode({ error: 'No.' })).toEqual({ message: 'No.', problems: [{ message: 'No.' }] })
  expect(currents.decode({ status: 'FAILED', error: 5 })).toEqual({ problems: [] })
})
