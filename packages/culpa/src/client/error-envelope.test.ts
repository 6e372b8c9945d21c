import fc from 'fast-check'
import { expect, test } from 'vitest'
import { type FormatName, formatNames } from '../contract/profile.ts'
import { allReaders } from '../formats/all-readers.ts'
import { formats } from '../formats/index.ts'
import type { Loose } from '../formats/tame.ts'
import * as envelope from './error-envelope.ts'

/** Of any value, as it may come out of JSON. */
const isErrorEnvelope = (body: unknown, expected: FormatName | 'auto') =>
  envelope.isErrorEnvelope(body as Loose, expected, allReaders)

const violation = {
  code: 'parameter_invalid',
  type: 'invalid_request_error',
  message: 'Is no address.',
  param: 'email',
}
const wire = {
  ...{ status: 422, title: 'Unprocessable Content', code: 'validation_failed', type: 'invalid_request_error' },
  ...{ message: 'The body is invalid.', validation: true, problems: [violation] },
}

for (const name of formatNames)
  test(`${name}: its envelope in a success is an error, for a client that expects it and one that knows nothing`, () => {
    const body = JSON.parse(JSON.stringify(formats[name].encode(wire)))
    expect(isErrorEnvelope(body, name)).toBe(true)
    expect(isErrorEnvelope(body, 'auto')).toBe(true)
    for (const other of formatNames.filter((one) => one !== name)) expect(isErrorEnvelope(body, other)).toBe(false)
  })

test.each([
  { message: 'ok' },
  { message: 'Imported.', errors: {} },
  { message: 'Imported.', errors: [] },
  { message: 'Imported.', errors: { row: ['Bad.'] }, imported: 7 },
  { error: null },
  { error: '' },
  { error: 'none' },
  { error: 'x', status: 'FAILED', id: 'run_1' },
  { status: 'FAILED', error: { message: 'x' } },
  { id: 'job_1', status: 'failed', error: { type: 'card_error', code: 'x', message: 'No.' } },
  { error: { message: 'Only a text.' } },
  { error: { code: 0, message: 'Fine.' } },
  { errors: [] },
  { errors: [{ id: 1, type: 'crash', message: 'A report.' }] },
  { errors: ['a', 'b'] },
  { data: [{ id: 1 }], errors: [{ status: '404', title: 'x' }] },
  { data: { user: null }, errors: [{ message: 'x', path: ['user'] }] },
  { title: 'A film', type: 'movie', status: 1 },
  { title: 'A film', status: 404 },
  { detail: 'text' },
  undefined,
  null,
  'text',
  7,
  true,
  [],
  [{ error: { type: 'x', message: 'y' } }],
  new Uint8Array(3),
])('an ordinary success is none: %j', (body) => {
  for (const name of [...formatNames, 'auto'] as const)
    expect([name, isErrorEnvelope(body, name)]).toEqual([name, false])
})

test('any parsed body is judged without throwing', () => {
  fc.assert(
    fc.property(fc.jsonValue(), (body) => {
      expect(isErrorEnvelope(body, 'auto')).toBeTypeOf('boolean')
    }),
  )
})

test('what no reader reads is no error', () => {
  const body = { error: { type: 'card_error', message: 'Declined.' } }
  expect(envelope.isErrorEnvelope(body as unknown as Loose, 'auto', [])).toBe(false)
})
