import { expect, test } from 'vitest'
import { ApiError, isApiError, refusal, returnedRefusal, several } from './api-error.ts'
import { builtins } from './builtins.ts'
import { defineContract } from './define-contract.ts'

const contract = defineContract({ docs: '/errors', errors: { card_declined: { status: 402, message: 'Declined.' } } })

test('an ApiError is made without a stack, and leaves the stacks of others alone', () => {
  const limit = Error.stackTraceLimit
  expect(contract.errors.card_declined().stack).not.toContain('\n')
  expect(Error.stackTraceLimit).toBe(limit)
  expect(new Error('of somebody else').stack).toContain('api-error.test.ts')
})

test.each([
  ['null', null],
  ['a text', 'The card is lost.'],
  ['a message that is no text', { message: { toString: null } }],
  ['a symbol', { message: Symbol('lost') }],
  [
    'a getter that throws',
    {
      get message() {
        throw new TypeError('do not look')
      },
    },
  ],
])('%s instead of what a throw may add leaves the stacks of others alone', (_name, wrong) => {
  const limit = Error.stackTraceLimit
  try {
    expect(() => contract.errors.card_declined(wrong as never)).toThrow(TypeError)
    expect(Error.stackTraceLimit).toBe(limit)
  } finally {
    Error.stackTraceLimit = limit
  }
})

test('each throw is an error of its own, never a shared one', () => {
  expect(contract.errors.card_declined()).not.toBe(contract.errors.card_declined())
})

test('isApiError knows the error of another copy of culpa by its brand', () => {
  const foreign = { [Symbol.for('culpa.ApiError')]: true, code: 'card_declined' }
  expect(isApiError(foreign)).toBe(true)
  expect(isApiError(foreign, 'card_declined')).toBe(true)
  expect(isApiError(foreign, 'other_code')).toBe(false)
})

const hostile = new Proxy(
  {},
  {
    has() {
      throw new Error('do not look')
    },
  },
)

test.each([[null], [undefined], ['text'], [42], [{}], [new Error('plain')], [hostile]])(
  'isApiError is false and does not throw: case %#',
  (value) => {
    expect(isApiError(value)).toBe(false)
  },
)

test('refusal makes the error of every built-in code, with its status', () => {
  for (const [code, { status, message }] of Object.entries(builtins)) {
    expect(refusal(code as keyof typeof builtins)).toMatchObject({ code, status, message })
  }
})

test('several keeps the first as the answer and the rest beside it', () => {
  const first = new ApiError('amount_too_small', 400, 'Too small.', { param: 'amount', retryAfterSeconds: 3 })
  const second = new ApiError('currency_unknown', 400, 'Unknown.', { headers: [['x-hint', 'iso']], noEffect: true })
  const both = several([first, second])
  expect(both).toMatchObject({ code: 'amount_too_small', param: 'amount', retryAfterSeconds: 3, noEffect: false })
  expect(both.others).toEqual([second])
  expect(both.headers).toEqual([['x-hint', 'iso']])
})

test('several of nothing is a mistake that names its remedy', () => {
  expect(() => several([])).toThrow(/Remedy: pass at least one/)
})

test('a refusal to return has every member of one to throw', () => {
  const options = { param: 'limit', message: 'Too many.', retryAfterSeconds: 3, headers: [['x-hint', 'wait']] } as const
  const returned = returnedRefusal('rate_limited', options)
  const thrown = refusal('rate_limited', options)
  for (const name of Object.keys(thrown) as (keyof ApiError)[]) expect(returned[name]).toEqual(thrown[name])
  expect(returned.message).toBe('Too many.')
  expect(isApiError(returned, 'rate_limited')).toBe(true)
  expect(returned).toBeInstanceOf(ApiError)
})
