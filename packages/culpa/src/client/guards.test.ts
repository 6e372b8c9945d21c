import { expect, expectTypeOf, test } from 'vitest'
import type { AnyDetails, ApiClientError } from './api-client-error.ts'
import { ApiTimeoutError } from './connection-errors.ts'
import { abortedError, connectionError } from './connection-failures.ts'
import { apiErrorGuard, isApiClientError, isApiConnectionError, isApiError, isRequestAbortedError } from './guards.ts'
import { type ApiResponseError, CardError, type PermissionError } from './response-errors.ts'

const declined: unknown = new CardError({
  ...{ message: 'No.', code: 'card_declined', status: 402, details: { decline_code: 'lost_card' } },
})
const lost = connectionError(new TypeError('terminated'), new Response())
const late = new ApiTimeoutError({ message: 'Late.', code: 'timeout' })

test('isApiError is true for what the server answered with, and asks for its code', () => {
  expect(isApiError(declined)).toBe(true)
  expect(isApiError(declined, 'card_declined')).toBe(true)
  expect(isApiError(declined, 'card_expired')).toBe(false)
  expect(isApiError(lost)).toBe(false)
})

test('each guard knows its errors and those of the classes below', () => {
  const errors = [declined, lost, late, abortedError('left')]
  expect(errors.map(isApiClientError)).toEqual([true, true, true, true])
  expect(errors.map(isApiConnectionError)).toEqual([false, true, true, false])
  expect(errors.map(isRequestAbortedError)).toEqual([false, false, false, true])
})

test('a guard with a code narrows the code and types the details', () => {
  const isShopError = apiErrorGuard<{ card_declined: { decline_code: string }; sold_out: undefined }>()
  if (!isShopError(declined, 'card_declined')) return expect.unreachable()
  expect(declined.details.decline_code).toBe('lost_card')
  expectTypeOf(declined.code).toEqualTypeOf<'card_declined'>()
  expectTypeOf(declined.details).toEqualTypeOf<{ decline_code: string }>()
  const error: unknown = declined
  if (isShopError(error)) expectTypeOf(error.code).toEqualTypeOf<'card_declined' | 'sold_out'>()
  if (isShopError(error) && error.code === 'card_declined')
    expectTypeOf(error.details).toEqualTypeOf<{ decline_code: string }>()
  // @ts-expect-error a code that the map does not have
  isShopError(error, 'card_melted')
})

test('a guard without a map takes any code, and details as they come', () => {
  if (!isApiError(declined, 'card_declined')) return expect.unreachable()
  expectTypeOf(declined.code).toEqualTypeOf<'card_declined'>()
  expectTypeOf(declined.details).toEqualTypeOf<AnyDetails>()
})

test('a guard narrows a union of typed errors to the one of the code', () => {
  const error = declined as ApiResponseError<'card_declined', { decline_code: string }> | ApiResponseError<'sold_out'>
  if (!isApiError(error, 'card_declined')) return expect.unreachable()
  expectTypeOf(error.details).toEqualTypeOf<{ decline_code: string }>()
})

test('classes of the same shape stay apart for the compiler', () => {
  const error = declined as CardError | PermissionError
  if (error instanceof CardError) expectTypeOf(error).toEqualTypeOf<CardError>()
  else expectTypeOf(error).toEqualTypeOf<PermissionError>()
  const any = declined as ApiClientError
  if (any instanceof CardError) expectTypeOf(any.status).toEqualTypeOf<number>()
  else expectTypeOf(any).toEqualTypeOf<ApiClientError>()
})
