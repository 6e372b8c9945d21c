import { expect, test } from 'vitest'
import { currents } from './currents.ts'
import { declined, encodedBy, invalid } from './testing.suite.ts'

const bytes = encodedBy(currents)

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
