import { expect, test } from 'vitest'
import { stripe } from './stripe.ts'
import { declined, encodedBy, invalid, several } from './testing.suite.ts'

const bytes = encodedBy(stripe)

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
