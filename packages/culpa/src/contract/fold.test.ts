import { expect, test } from 'vitest'
import { type FoldTable, foldStatus, foldType } from './fold.ts'

function table(statuses: readonly number[], more: Partial<FoldTable> = {}): FoldTable {
  const types = new Set(['api_error', 'invalid_request_error'])
  return { statuses: new Set(statuses), types, folds: {}, typeByStatus: {}, ...more }
}

test('a status of the table stays, without a fold', () => {
  expect(foldStatus(429, table([400, 429, 500]))).toEqual({ status: 429 })
})

test.each([
  [403, 404],
  [410, 404],
])('%i folds to %i where the table has that', (from, to) => {
  expect(foldStatus(from, table([400, 404, 500]))).toMatchObject({ status: to, fold: { from: String(from) } })
})

test.each([
  [403, 400],
  [410, 400],
  [405, 400],
  [422, 400],
  [429, 400],
  [503, 500],
  [504, 500],
])('%i folds to %i where the table has nothing nearer', (from, to) => {
  expect(foldStatus(from, table([400, 500]))).toMatchObject({ status: to, fold: { to: String(to) } })
})

test('what the profile says comes before the rule, and its reason is kept', () => {
  const folds = { 403: { to: 401, why: 'Its page says so.' } }
  expect(foldStatus(403, table([400, 401, 404, 500], { folds }))).toEqual({
    status: 401,
    fold: { from: '403', to: '401', why: 'Its page says so.' },
  })
})

test('a type of the list stays, one outside becomes the type of its class', () => {
  const types = new Set(['api_error', 'invalid_request_error', 'card_error'])
  const message = 'No.'
  expect(foldType({ status: 402, type: 'card_error', message }, table([400, 500], { types }))).toEqual({
    type: 'card_error',
  })
  expect(foldType({ status: 402, type: 'card_error', message }, table([400, 500])).type).toBe('invalid_request_error')
  expect(foldType({ status: 503, type: 'odd_error', message }, table([400, 500])).type).toBe('api_error')
})

test('a declaration without a type gets that of its status before folding', () => {
  const types = new Set(['api_error', 'invalid_request_error', 'rate_limit_error'])
  const given = table([400, 500], { types, typeByStatus: { 429: 'rate_limit_error' } })
  expect(foldType({ status: 429, message: 'No.' }, given)).toEqual({ type: 'rate_limit_error' })
})
