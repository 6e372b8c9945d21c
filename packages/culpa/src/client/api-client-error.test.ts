import { inspect } from 'node:util'
import { createContext, runInContext } from 'node:vm'
import fc from 'fast-check'
import { afterEach, expect, test, vi } from 'vitest'
import { type ApiClientError, type ErrorFields, errorFields } from './api-client-error.ts'
import * as connectionErrors from './connection-errors.ts'
import { fromJSON } from './from-json.ts'
import { isApiClientError, isApiError } from './guards.ts'
import { scrubber } from './plain.ts'
import * as responseErrors from './response-errors.ts'

const { ApiResponseError, CardError, RateLimitError } = responseErrors
const { ApiConnectionError, ApiTimeoutError } = connectionErrors

/** Each class takes the fields of a response error; those it does not have, it drops. */
const classes = Object.values({ ...connectionErrors, ...responseErrors }) as unknown as readonly (new (
  fields: ErrorFields & Record<string, unknown>,
) => ApiClientError)[]
const fields = { message: 'No.', code: 'card_declined', status: 402 } as const

afterEach(() => vi.restoreAllMocks())

test('there are the classes of the hierarchy, each with its name and its line', () => {
  const line = (one: object): string => {
    const parent = Object.getPrototypeOf(one) as { kind?: string; name: string }
    return parent.kind === undefined ? parent.name : `${parent.kind} < ${line(parent)}`
  }
  expect(Object.fromEntries(classes.map((one) => [new one(fields).name, line(one)]))).toEqual({
    ...{ ApiConnectionError: 'ApiClientError < Error', ApiTimeoutError: 'ApiConnectionError < ApiClientError < Error' },
    ...{ RequestAbortedError: 'ApiClientError < Error', InvalidResponseError: 'ApiClientError < Error' },
    ApiResponseError: 'ApiClientError < Error',
    ...Object.fromEntries(
      [
        ...['AuthenticationError', 'PermissionError', 'CardError', 'NotFoundError', 'InvalidRequestError'],
        ...['RateLimitError', 'ConflictError', 'IdempotencyError', 'ApiError'],
      ].map((name) => [name, 'ApiResponseError < ApiClientError < Error']),
    ),
  })
})

test('an error is told by its class and every class above it, and by no other', () => {
  for (const one of classes)
    for (const other of classes) {
      const expected = one === other || lineOf(one).includes(other)
      expect([one.name, other.name, new one(fields) instanceof other]).toEqual([one.name, other.name, expected])
    }
  expect(new CardError(fields)).toBeInstanceOf(Error)
})

const strangers = [null, undefined, 0, 'ApiClientError', {}, [], new Error('No.'), () => {}, Symbol('a'), trapped()]

test('nothing else is told to be an error of the client, nor throws when asked', () => {
  for (const value of strangers) {
    expect(classes.filter((one) => (value as object) instanceof one)).toEqual([])
    expect(isApiClientError(value)).toBe(false)
    expect(isApiError(value, 'card_declined')).toBe(false)
  }
})

test('a class of a user below one of these is told as any class is', () => {
  class MyCardError extends CardError {}
  expect(new MyCardError(fields)).toBeInstanceOf(CardError)
  expect(new MyCardError(fields)).toBeInstanceOf(MyCardError)
  expect(new CardError(fields)).not.toBeInstanceOf(MyCardError)
  expect(isApiError(new MyCardError(fields), 'card_declined')).toBe(true)
})

test('the name heads the stack, and can be given anew', () => {
  const error: Error = new CardError(fields)
  expect(error.stack).toMatch(/^CardError: No\.\n {4}at /)
  expect(Object.keys(error)).not.toContain('name')
  error.name = 'Mine'
  expect(String(error)).toBe('Mine: No.')
  expect(String(new CardError(fields))).toBe('CardError: No.')
})

test('another copy of culpa knows the error, with guard and instanceof, both ways', async () => {
  const at = './response-errors.ts?copy'
  const copy = (await import(/* @vite-ignore */ at)) as typeof responseErrors
  const guards = './guards.ts?copy'
  const other = (await import(/* @vite-ignore */ guards)) as { isApiError: typeof isApiError }
  expect(copy.CardError).not.toBe(CardError)
  expect(new copy.CardError(fields)).toBeInstanceOf(CardError)
  expect(new copy.CardError(fields)).toBeInstanceOf(ApiResponseError)
  expect(new copy.CardError(fields)).not.toBeInstanceOf(RateLimitError)
  expect(new CardError(fields)).toBeInstanceOf(copy.CardError)
  expect(isApiError(new copy.CardError(fields), 'card_declined')).toBe(true)
  expect(other.isApiError(new CardError(fields), 'card_declined')).toBe(true)
})

test('an error of another realm is known by guard and instanceof, and that realm knows ours', () => {
  const script = `
    const brand = Symbol.for('culpa.ApiClientError')
    class CardError extends Error { get [brand]() { return ['CardError', 'ApiResponseError', 'ApiClientError'] } }
    Object.assign(new CardError('No.'), { code: 'card_declined' })`
  const foreign: unknown = runInContext(script, createContext({}))
  expect(foreign).not.toBeInstanceOf(Error)
  expect(foreign).toBeInstanceOf(CardError)
  expect(foreign).toBeInstanceOf(ApiResponseError)
  expect(foreign).not.toBeInstanceOf(ApiConnectionError)
  expect(isApiError(foreign, 'card_declined')).toBe(true)
  const knows = `error[Symbol.for('culpa.ApiClientError')].includes('CardError')`
  expect(runInContext(knows, createContext({ error: new CardError(fields) }))).toBe(true)
})

test('fields that were not given have their defaults or are not there', () => {
  const error = new ApiTimeoutError({ message: 'Late.', code: 'timeout' })
  expect({ ...error }).toEqual({
    ...{
      type: 'api_timeout_error',
      code: 'timeout',
      fieldErrors: [],
      outcome: 'unknown',
      replayed: false,
      attempts: [],
    },
  })
  expect(new CardError(fields).type).toBe('card_error')
  expect(new CardError(fields)).toMatchObject({ headers: {}, rawBody: '' })
})

test('headers and body of a response are there, but not printed and not written as JSON', () => {
  const error = new CardError({ ...fields, headers: [['x-a', 'header-text']], rawBody: 'body-text' })
  expect(error).toMatchObject({ headers: { 'x-a': 'header-text' }, rawBody: 'body-text' })
  for (const printed of [inspect(error, { depth: null }), JSON.stringify(error), String(error)])
    expect(printed).not.toMatch(/header-text|body-text/)
})

test('what is no field of an error is not kept', () => {
  const request = { headers: { authorization: 'Bearer sk_live_1234' } }
  for (const one of classes) {
    const error = new one({ ...fields, request, scrub: scrubber(['sk_live_1234']), method: 'POST', config: request })
    const own = Object.getOwnPropertyNames(error)
    const known: readonly string[] = [...errorFields, 'message', 'stack', 'cause', 'headers', 'rawBody']
    expect(own.filter((name) => !known.includes(name))).toEqual([])
  }
})

test('an error holds copies: what the caller changes later does not change it', () => {
  const details = { list: [1], run() {} }
  const error = new CardError({ ...fields, details })
  details.list.push(2)
  expect(error.details).toEqual({ list: [1] })
})

const secrets = ['sk_live_abcdefgh', 'QmFzaWM6+/==', 'pass "word"', 'it.is*a(regex']

test.each(secrets)('nothing of any class shows the secret %s, wherever it was', async (secret) => {
  const log = vi.spyOn(process.stdout, 'write').mockReturnValue(true)
  const { Console } = await import('node:console')
  const console = new Console(process.stdout)
  const forms = [secret, encodeURIComponent(secret), JSON.stringify(secret).slice(1, -1)]
  const escaped = [...secret].map((one) => (/\w/.test(one) ? one : `\\u00${one.charCodeAt(0).toString(16)}`)).join('')
  const said = `a ${[...forms, escaped].join(' b ')} c`
  for (const one of classes) {
    const root = Object.assign(new TypeError(said), { code: said, request: { headers: { authorization: said } } })
    const middle = Object.assign(new Error(said, { cause: root }), { config: said })
    const error = new one({
      ...{
        message: said,
        code: said,
        rawCode: said,
        type: said,
        param: said,
        docUrl: said,
        requestId: said,
        status: 402,
      },
      ...{ fieldErrors: [{ path: said, code: said, message: said }], details: { [said]: [{ deep: said }] } },
      ...{ headers: [['x-echo', said]], rawBody: said, cause: middle, scrub: scrubber([secret]) },
    })
    console.log(error)
    console.error({ error })
    const cause = error.cause as Error
    const parts = Object.getOwnPropertyNames(error).map((name) => inspect(Reflect.get(error, name), { depth: null }))
    const printed = [
      ...[inspect(error, { depth: null, showHidden: true }), JSON.stringify(error), String(error), error.stack],
      ...[cause.stack, String(cause), inspect(cause.cause, { depth: null, showHidden: true }), ...parts],
      ...log.mock.calls.map(([text]) => String(text)),
    ].join('\n')
    for (const form of [...forms, escaped]) expect(printed).not.toContain(form)
    expect(printed).toContain('[redacted]')
    expect(JSON.stringify(error)).toMatch(/a \[redacted\] b/)
  }
})

test('a short secret does not take words apart, an empty one nothing', () => {
  for (const secret of ['', 'o', 'car'])
    expect(new CardError({ ...fields, message: 'No card.', scrub: scrubber([secret]) }).message).toBe('No card.')
})

test('of a cause name, message, code, stack and causes are kept, no more', () => {
  const reset = Object.assign(new Error('read ECONNRESET'), { code: 'ECONNRESET', errno: -104, address: '10.0.0.1' })
  const failed = Object.assign(new TypeError('fetch failed', { cause: reset }), { request: { url: 'https://x' } })
  const hung = Object.assign(new Error('hung'), { code: { request: 'https://x' } })
  Object.assign(reset, { cause: hung })
  const { cause } = new ApiConnectionError({ message: 'Broken.', code: 'connection_lost', cause: failed })
  expect(cause).toMatchObject({ name: 'TypeError', message: 'fetch failed', cause: { code: 'ECONNRESET' } })
  expect((cause as Error).stack).toBe(failed.stack)
  expect(inspect(cause, { depth: null, showHidden: true })).not.toMatch(/request|address|errno/)
})

test.each([
  ['text', 'text'],
  [new DOMException('Stopped.', 'AbortError'), expect.objectContaining({ name: 'AbortError', message: 'Stopped.' })],
  [{ message: 'Odd.', code: 7 }, expect.objectContaining({ message: 'Odd.', code: 7 })],
  [{ request: 1 }, undefined],
  [42, undefined],
  [trapped(), undefined],
])('a cause of any kind becomes a safe one: case %#', (cause, expected) => {
  const error = new ApiConnectionError({ message: 'Broken.', code: 'connection_lost', cause })
  expect(error.cause).toEqual(expected)
  expect('cause' in error).toBe(expected !== undefined)
})

test('a cause that is its own cause ends', () => {
  const self = new Error('again')
  self.cause = self
  const error = new ApiConnectionError({ message: 'Broken.', code: 'connection_lost', cause: self })
  error.cause = error
  expect(JSON.stringify(error).length).toBeLessThan(2000)
})

test('a clone loses the class but throws nothing; its JSON brings the class back', () => {
  const error = new CardError({ ...fields, details: { decline_code: 'lost_card' }, cause: new Error('x') })
  expect(structuredClone(error).message).toBe('No.')
  const back = fromJSON(structuredClone(error.toJSON()))
  expect(back).toBeInstanceOf(CardError)
  expect(back).toMatchObject({ code: 'card_declined', details: { decline_code: 'lost_card' } })
})

const text = fc.string({ unit: 'binary' })
const optional: { requiredKeys: ('message' | 'code' | 'status')[] } = { requiredKeys: ['message', 'code', 'status'] }
const drawn = fc.record(
  {
    ...{ message: text, code: text, type: text, rawCode: text, param: text, docUrl: text, requestId: text },
    status: fc.integer({ min: 100, max: 599 }),
    fieldErrors: fc.array(fc.record({ path: text, code: text, message: text }, { requiredKeys: ['path', 'message'] })),
    details: fc.dictionary(text, fc.jsonValue()),
    outcome: fc.constantFrom('not_sent', 'rejected', 'unknown'),
    format: fc.constantFrom('stripe', 'html', 'empty'),
    replayed: fc.boolean(),
    retryAfterMs: fc.nat(),
    stopped: fc.constantFrom('retry_after', 'deadline', 'budget'),
    attempts: fc.array(fc.record({ number: fc.nat(), method: text, url: text, durationMs: fc.nat() })),
    cause: fc.oneof(
      text,
      text.map((message) => new TypeError(message, { cause: new RangeError(message) })),
    ),
  },
  optional,
)

test('fromJSON gives back of every class what toJSON wrote, also as text', () => {
  fc.assert(
    fc.property(fc.constantFrom(...classes), drawn, (one, given) => {
      const json = new one(given as ErrorFields & Record<string, unknown>).toJSON()
      const back = fromJSON(json)
      expect(back).toBeInstanceOf(one)
      expect(back?.toJSON()).toEqual(json)
      expect(fromJSON(JSON.parse(JSON.stringify(json)))?.toJSON()).toEqual(JSON.parse(JSON.stringify(json)))
    }),
  )
})

test('fromJSON reads fields of an error only, each only where it is of its kind', () => {
  const odd = {
    ...{ name: 'CardError', message: 'No.', code: 'x', status: 402, request: { headers: {} }, headers: { a: 'b' } },
    ...{ param: 7, details: 'text', replayed: 'yes', retryAfterMs: '5', fieldErrors: 'none', rawBody: 'text' },
    attempts: [{ number: 1, method: 'GET', url: '/', durationMs: 5, headers: { authorization: 'x' } }],
  }
  expect(fromJSON(odd)?.toJSON()).toEqual({
    ...{ name: 'CardError', message: 'No.', type: 'card_error', code: 'x', status: 402, fieldErrors: [] },
    ...{ outcome: 'unknown', replayed: false, attempts: [{ number: 1, method: 'GET', url: '/', durationMs: 5 }] },
  })
})

test('fromJSON takes a class it does not know for an ApiError, and what is no error for nothing', () => {
  expect(fromJSON({ name: 'NewError', message: 'No.', code: 'x', status: 451 })).toBeInstanceOf(responseErrors.ApiError)
  for (const value of [
    ...strangers,
    { name: 'CardError', message: 'No.', code: 'x' },
    { name: 'Error', message: 'No.' },
  ])
    expect(fromJSON(value)).toBeUndefined()
})

function lineOf(one: unknown): readonly unknown[] {
  return one === null ? [] : [one, ...lineOf(Object.getPrototypeOf(one))]
}

function trapped(): object {
  const fail = () => {
    throw new Error('trap')
  }
  return new Proxy({}, new Proxy({}, { get: () => fail }))
}
