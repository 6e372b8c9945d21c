import { expect, test } from 'vitest'
import type { WireError } from './format.ts'
import { stripe } from './stripe.ts'

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

const bytes = (error: WireError) => JSON.stringify(stripe.encode(error))

test('writes one error object with its details beside the members', () => {
  expect(bytes(declined)).toBe(
    '{"error":{"type":"card_error","code":"card_declined","message":"Your card was declined.","param":"source",' +
      '"doc_url":"https://docs.example.com/errors/card_declined","decline_code":"lost_card","attempts":2}}',
  )
})

test('names every violation in the message and the first in param', () => {
  expect(bytes(invalid)).toBe(
    '{"error":{"type":"invalid_request_error","code":"validation_failed","message":"The body is invalid. ' +
      'email: Is no address; items.0.qty: Must be at least 1.","param":"email"}}',
  )
})

test('writes the first of several errors', () => {
  expect(bytes(several)).toBe(
    '{"error":{"type":"invalid_request_error","code":"amount_too_small","message":"Too small.","param":"amount",' +
      '"doc_url":"/errors/amount_too_small"}}',
  )
})

test('details never replace a member, also not an absent one', () => {
  const details = { type: 'x', code: 'x', message: 'x', param: 'x', doc_url: 'x', gone: undefined, kept: null }
  const { param: _param, docUrl: _docUrl, ...bare } = declined
  expect(bytes({ ...bare, details })).toBe(
    '{"error":{"type":"card_error","code":"card_declined","message":"Your card was declined.","kept":null}}',
  )
})

test('keeps a bigint of the details for whoever serialises', () => {
  expect(stripe.encode({ ...declined, details: { big: 1n } })).toMatchObject({ error: { big: 1n } })
})

test('a detail named __proto__ is a key like any other', () => {
  const details = JSON.parse('{"__proto__":{"polluted":true}}')
  expect(bytes({ ...declined, details })).toContain('"__proto__":{"polluted":true}')
  const decoded = stripe.decode(JSON.parse(bytes({ ...declined, details })))
  expect(Object.keys(decoded.details ?? {})).toEqual(['__proto__'])
  expect(Reflect.get(decoded.details ?? {}, 'polluted')).toBeUndefined()
})

test('reads a sloppy error object', () => {
  expect(stripe.decode({ error: { message: 'No.', code: 5, type: null, param: [], charge: 'ch_1' }, id: 1 })).toEqual({
    message: 'No.',
    details: { charge: 'ch_1' },
    problems: [{ message: 'No.', details: { charge: 'ch_1' } }],
  })
})
