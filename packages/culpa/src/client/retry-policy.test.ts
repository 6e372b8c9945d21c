import fc from 'fast-check'
import { expect, test } from 'vitest'
import type { RetryAdvice } from '../contract/declaration.ts'
import { ApiConnectionError, InvalidResponseError, RequestAbortedError } from './connection-errors.ts'
import { ApiError, RateLimitError, type ResponseErrorFields } from './response-errors.ts'
import { createRetryBudget } from './retry-budget.ts'
import { type Failure, planRetry, type Repeatable } from './retry-policy.ts'

const get: Repeatable = { replaySafe: true, repeatable: true }
const post: Repeatable = { ...get, replaySafe: false }
const keyedPost: Repeatable = { ...get, idempotencyKey: 'k' }
const limits = { maxAttempts: 3, timeoutMs: 1e9, deadlineMs: 1e9, maxRetryAfterMs: 1e9 }
const early = { number: 1, method: 'GET', url: '/', status: 425, durationMs: 1 }

const answered = (status: number, more: Partial<ResponseErrorFields> = {}) =>
  new ApiError({ message: 'No.', code: 'x', status, outcome: 'rejected', ...more })
const saying = (name: string, value: string) => ({ headers: [[name, value]] as const })
const busy = (status: number) => answered(status, { code: 'idempotency_in_progress' })
const lost = new ApiConnectionError({ message: 'Lost.', code: 'connection_lost' })
const unsent = new ApiConnectionError({ message: 'No.', code: 'connection_failed', outcome: 'not_sent' })

function planOf(error: Failure, request: Repeatable, advice?: RetryAdvice, earlier: readonly (typeof early)[] = []) {
  const codes = advice && { [error.code]: advice }
  const client = { codes, budget: createRetryBudget(() => 0), random: () => 0.999 }
  return planRetry(client, error, request, limits, earlier, Number.POSITIVE_INFINITY)
}

const isRetried = (...given: Parameters<typeof planOf>) => planOf(...given).delayMs !== undefined
const ofEach = (error: Failure) => [get, post, keyedPost].map((request) => isRetried(error, request))

test('what was never sent is retried whatever the method', () => {
  expect(ofEach(unsent)).toEqual([true, true, true])
})

test.each([408, 500, 502, 503, 504, 425])('%i is retried only when replay-safe', (status) => {
  expect(ofEach(answered(status))).toEqual([true, false, true])
})

test('a lost answer is retried only when replay-safe', () => {
  expect(ofEach(lost)).toEqual([true, false, true])
})

test('425 is retried once', () => {
  expect(isRetried(answered(425), get, undefined, [early])).toBe(false)
  expect(isRetried(answered(425), get, undefined, [{ ...early, status: 500 }])).toBe(true)
})

test('429, and 503 with a hint, are retried whatever the method', () => {
  expect(isRetried(answered(429), post)).toBe(true)
  expect(isRetried(answered(503, { retryAfterMs: 0 }), post)).toBe(true)
})

test.each([400, 401, 402, 403, 404, 405, 406, 409, 410, 412, 413, 415, 422, 501])('%i is never retried', (status) => {
  expect(ofEach(answered(status))).toEqual([false, false, false])
})

test('an abort, a success that is none and a streamed body are never retried', () => {
  expect(ofEach(new RequestAbortedError({ message: 'Left.', code: 'aborted' }))).toEqual([false, false, false])
  const invalid = new InvalidResponseError({ message: 'No JSON.', code: 'response_invalid', status: 200 })
  expect(ofEach(invalid)).toEqual([false, false, false])
  for (const error of [answered(429, saying('x-should-retry', 'true')), unsent])
    expect(isRetried(error, { ...get, repeatable: false })).toBe(false)
})

test.each(['CERT_HAS_EXPIRED', 'DEPTH_ZERO_SELF_SIGNED_CERT', 'UNABLE_TO_GET_ISSUER_CERT', 'EPROTO', 'ERR_SSL_X'])(
  '%s of a connection is never retried, but of a server it is a code like any other',
  (rawCode) => {
    expect(
      ofEach(new ApiConnectionError({ message: 'No.', code: 'connection_failed', outcome: 'not_sent', rawCode })),
    ).toEqual([false, false, false])
    expect(isRetried(answered(500, { code: rawCode }), get)).toBe(true)
  },
)

test('a code of a server that is called as one of the client is like any other', () => {
  expect(isRetried(answered(503, { code: 'aborted' }), get)).toBe(true)
})

test('409 in progress is retried with the same key, and not without one', () => {
  expect(ofEach(busy(409))).toEqual([false, false, true])
  expect(isRetried(busy(400), keyedPost)).toBe(true)
  expect(ofEach(answered(409, { retryAfterMs: 1000 }))).toEqual([false, false, true])
})

test('a limit that a profile folds into 400 is retried like 429', () => {
  const limited = new RateLimitError({ message: 'Slow.', code: 'slow', status: 400 })
  expect(planOf(limited, post)).toMatchObject({ outcome: 'rejected', delayMs: 999 })
})

test('a reused key is never retried, whatever hint came with it', () => {
  expect(isRetried(answered(409, { code: 'idempotency_key_reused', retryAfterMs: 1 }), keyedPost)).toBe(false)
})

test.each(['x-should-retry', 'stripe-should-retry'])('%s: false wins over all, true when replay-safe', (name) => {
  expect(isRetried(answered(429, saying(name, 'false')), get)).toBe(false)
  expect(isRetried(answered(409, saying(name, 'true')), get)).toBe(true)
  expect(isRetried(answered(409, saying(name, 'true')), post)).toBe(false)
  expect(isRetried(answered(429, saying(name, 'true')), post)).toBe(true)
  expect(isRetried(answered(429, saying(name, 'perhaps')), get)).toBe(true)
})

test('of two should-retry headers, false wins', () => {
  const both = { 'x-should-retry': 'true', 'stripe-should-retry': 'false' }
  expect(isRetried(answered(429, { headers: Object.entries(both) }), get)).toBe(false)
})

test("the contract's advice counts: never stops, the rest retries what is replay-safe", () => {
  expect(isRetried(answered(503, { retryAfterMs: 1 }), get, 'never')).toBe(false)
  expect(isRetried(answered(409), get, 'backoff')).toBe(true)
  expect(isRetried(answered(409), post, 'backoff')).toBe(false)
})

test('what is replayed is never retried: it is recorded', () => {
  expect(isRetried(answered(500, { replayed: true, ...saying('x-should-retry', 'true') }), keyedPost)).toBe(false)
  expect(isRetried(answered(429, { replayed: true }), keyedPost)).toBe(false)
})

test('a POST without a key is sent twice only where the server surely did nothing', () => {
  const failed = fc.record({
    ...{ message: fc.constant('No.'), status: fc.integer({ min: 200, max: 599 }) },
    code: fc.constantFrom('x', 'idempotency_in_progress', 'idempotency_key_reused'),
    headers: fc.constantFrom([], Object.entries({ 'x-should-retry': 'true' })),
    retryAfterMs: fc.constantFrom(undefined, 0, 1000),
    replayed: fc.boolean(),
  })
  fc.assert(
    fc.property(failed, fc.constantFrom(undefined, 'never', 'backoff', 'after_delay'), (fields, advice) => {
      if (!isRetried(new ApiError(fields), post, advice)) return
      expect(fields.status === 429 || (fields.status === 503 && fields.retryAfterMs !== undefined)).toBe(true)
    }),
  )
})

test('waits grow from a second where the server asked for room, else from 200 ms', () => {
  const base = (error: Failure) => planOf(error, keyedPost).delayMs
  expect([answered(429), busy(409)].map(base)).toEqual([999, 999])
  expect(base(answered(503, { retryAfterMs: 5 }))).toBeGreaterThan(999)
  expect([answered(503), answered(500), lost].map(base).map((ms) => Math.round(ms ?? 0))).toEqual([200, 200, 200])
})

test('an attempt that was refused unread took no effect; where the server cannot tell, nobody knows', () => {
  expect(planOf(answered(503, { outcome: 'unknown', retryAfterMs: 1 }), post).outcome).toBe('rejected')
  expect(planOf(answered(503, { outcome: 'unknown' }), post).outcome).toBe('unknown')
  for (const code of ['idempotency_in_progress', 'idempotency_outcome_unknown', 'idempotency_response_expired'])
    expect(planOf(answered(409, { code }), keyedPost).outcome).toBe('unknown')
})

test('a keyed conflict without a code may be one of a request that is still running; with one, known or not, it is what it says', () => {
  expect(planOf(answered(409, { code: 'unknown' }), keyedPost).outcome).toBe('unknown')
  expect(planOf(answered(409, { code: 'unknown', rawCode: 'resource_exists' }), keyedPost).outcome).toBe('rejected')
})
