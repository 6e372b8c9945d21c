import { expect, test } from 'vitest'
import { recognise } from './recognise.ts'

test('tells the error object of Stripe from that of Google', () => {
  expect(recognise({ error: { type: 'card_error', message: 'No.' } })).toBe('stripe')
  expect(recognise({ error: { message: 'No.', type: 'OAuthException', code: 190 } })).toBe('stripe')
  expect(recognise({ error: { type: 'x', code: 'y', message: 'z', status: 'detail', details: [] } })).toBe('stripe')
  expect(recognise({ error: { code: 404, message: 'No.', status: 'NOT_FOUND' } })).toBe('google')
  expect(recognise({ error: { code: 404 } })).toBe('google')
  expect(recognise({ error: {} })).toBeUndefined()
})

test('tells an error list from JSON:API', () => {
  expect(recognise({ errors: [{ type: 'x', message: 'No.', title: 'y' }] })).toBe('error-list')
  expect(recognise({ errors: [{ type: 'x', code: 'y' }] })).toBe('error-list')
  expect(recognise({ errors: ['No.'] })).toBe('error-list')
  expect(recognise({ errors: [{ status: '404', title: 'Not Found' }] })).toBe('jsonapi')
  expect(recognise({ errors: [{ status: '404' }] })).toBe('jsonapi')
  expect(recognise({ errors: [{ title: 'Not Found' }] })).toBe('jsonapi')
  expect(recognise({ errors: [{ type: 'x', detail: 'No.' }] })).toBe('jsonapi')
  expect(recognise({ errors: [] })).toBeUndefined()
})

test('tells a problem with errors from both lists and from field errors', () => {
  expect(recognise({ title: 'No.', status: 422, errors: [{ detail: 'Bad.' }] })).toBe('problem')
  expect(recognise({ title: 'No.', status: 400, errors: { email: ['Bad.'] } })).toBe('problem')
  expect(recognise({ detail: 'Not found.' })).toBe('problem')
})

test('reads the bodies of common frameworks by their texts', () => {
  expect(recognise({ statusCode: 404, message: 'Cannot GET /', error: 'Not Found' })).toBe('field-errors')
  expect(recognise({ message: 'Invalid.', errors: [] })).toBe('field-errors')
  expect(recognise({ timestamp: 1, status: 404, error: 'Not Found', path: '/' })).toBe('currents')
  expect(recognise({ status: 'FAILED', error: 'No.', message: 'No.' })).toBe('currents')
})

test('does not take a success for an error', () => {
  for (const body of [
    { id: 1 },
    { data: [] },
    { status: 'ok' },
    { errors: 0 },
    { error: null },
    'text',
    undefined,
    [1],
  ])
    expect(recognise(body)).toBeUndefined()
})
