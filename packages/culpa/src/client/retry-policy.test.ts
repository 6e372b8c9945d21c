import fc from 'fast-check'
import { expect, test } from 'vitest'
import { backoffBaseMs, type Failed, isRetried, type Repeatable, shouldRetryOf } from './retry-policy.ts'

const get: Repeatable = { replaySafe: true, repeatable: true, wasEarly: false }
const post: Repeatable = { ...get, replaySafe: false }
const keyedPost: Repeatable = { ...get, idempotencyKey: 'k' }
const answered = (status: number, more: Partial<Failed> = {}): Failed => ({ kind: 'answered', status, ...more })

test('what was never sent is retried whatever the method', () => {
  expect([get, post, keyedPost].map((request) => isRetried({ kind: 'unsent' }, request))).toEqual([true, true, true])
})

test.each([408, 500, 502, 503, 504, 425])('%i is retried only when replay-safe', (status) => {
  expect([get, post, keyedPost].map((request) => isRetried(answered(status), request))).toEqual([true, false, true])
})

test('a lost answer is retried only when replay-safe', () => {
  expect([get, post, keyedPost].map((request) => isRetried({ kind: 'lost' }, request))).toEqual([true, false, true])
})

test('425 is retried once', () => {
  expect(isRetried(answered(425), { ...get, wasEarly: true })).toBe(false)
})

test('429, and 503 with a hint, are retried whatever the method', () => {
  expect(isRetried(answered(429), post)).toBe(true)
  expect(isRetried(answered(503, { hintMs: 0 }), post)).toBe(true)
})

test.each([400, 401, 402, 403, 404, 405, 406, 409, 410, 412, 413, 415, 422, 501])('%i is never retried', (status) => {
  expect([get, post, keyedPost].some((request) => isRetried(answered(status), request))).toBe(false)
})

test('a final failure and a streamed body are never retried', () => {
  expect(isRetried({ kind: 'final' }, get)).toBe(false)
  expect(isRetried(answered(429, { shouldRetry: true }), { ...get, repeatable: false })).toBe(false)
  expect(isRetried({ kind: 'unsent' }, { ...get, repeatable: false })).toBe(false)
})

test('409 in progress is retried with the same key, and not without one', () => {
  const busy = answered(409, { conflict: 'in_progress' })
  expect([isRetried(busy, keyedPost), isRetried(busy, post), isRetried(busy, get)]).toEqual([true, false, false])
  expect(isRetried(answered(400, { conflict: 'in_progress' }), keyedPost)).toBe(true)
  expect(isRetried(answered(409, { hintMs: 1000 }), keyedPost)).toBe(true)
  expect(isRetried(answered(409, { hintMs: 1000 }), post)).toBe(false)
})

test('a limit that a profile folds into 400 is retried like 429', () => {
  expect(isRetried(answered(400, { limited: true }), post)).toBe(true)
  expect(backoffBaseMs(answered(400, { limited: true }))).toBe(1000)
})

test('a reused key is never retried, whatever hint came with it', () => {
  const reuse = answered(409, { conflict: 'reused', hintMs: 1 })
  expect(isRetried(reuse, keyedPost)).toBe(false)
})

test('should-retry: false wins over all, true wins when replay-safe', () => {
  expect(isRetried(answered(429, { shouldRetry: false }), get)).toBe(false)
  expect(isRetried(answered(409, { shouldRetry: true }), get)).toBe(true)
  expect(isRetried(answered(409, { shouldRetry: true }), post)).toBe(false)
  expect(isRetried(answered(429, { shouldRetry: true }), post)).toBe(true)
})

test('should-retry is read from both headers, and false wins', () => {
  const said = (headers: Record<string, string>) => shouldRetryOf(new Headers(headers))
  expect(said({})).toBeUndefined()
  expect(said({ 'x-should-retry': 'perhaps' })).toBeUndefined()
  expect(said({ 'stripe-should-retry': 'true' })).toBe(true)
  expect(said({ 'x-should-retry': 'true', 'stripe-should-retry': 'false' })).toBe(false)
})

test("the contract's advice counts: never stops, the rest retries what is replay-safe", () => {
  expect(isRetried(answered(503, { advice: 'never', hintMs: 1 }), get)).toBe(false)
  expect(isRetried(answered(409, { advice: 'backoff' }), get)).toBe(true)
  expect(isRetried(answered(409, { advice: 'backoff' }), post)).toBe(false)
})

test('a replayed 5xx is never retried: it is recorded', () => {
  expect(isRetried(answered(500, { replayed: true, shouldRetry: true }), keyedPost)).toBe(false)
  expect(isRetried(answered(429, { replayed: true }), keyedPost)).toBe(true)
})

test('a POST without a key is sent twice only where the server surely did nothing', () => {
  const failed = fc.record<Failed>({
    kind: fc.constantFrom('unsent', 'lost', 'answered', 'final'),
    status: fc.integer({ min: 200, max: 599 }),
    conflict: fc.constantFrom('other', 'in_progress', 'reused'),
    advice: fc.constantFrom(undefined, 'never', 'backoff', 'after_delay'),
    shouldRetry: fc.constantFrom(undefined, true, false),
    hintMs: fc.constantFrom(undefined, 0, 1000),
    replayed: fc.boolean(),
  })
  fc.assert(
    fc.property(failed, (each) => {
      if (!isRetried(each, post)) return
      const isRefused = each.status === 429 || (each.status === 503 && each.hintMs !== undefined)
      expect(each.kind === 'unsent' || (each.kind === 'answered' && isRefused)).toBe(true)
    }),
  )
})

test('waits grow from a second where the server asked for room, else from 200 ms', () => {
  expect(backoffBaseMs(answered(429))).toBe(1000)
  expect(backoffBaseMs(answered(503, { hintMs: 5 }))).toBe(1000)
  expect(backoffBaseMs(answered(409, { conflict: 'in_progress' }))).toBe(1000)
  expect(backoffBaseMs(answered(503))).toBe(200)
  expect(backoffBaseMs(answered(500))).toBe(200)
  expect(backoffBaseMs({ kind: 'lost' })).toBe(200)
})
