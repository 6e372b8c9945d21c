import {
  type ApiConnectionError,
  type ApiResponseError,
  createClient,
  type InvalidResponseError,
  type RequestAbortedError,
} from 'culpa/client'
import { toFetch } from 'culpa/fetch'
import { instantClock, scriptedFetch } from 'culpa/testing'
import { expect, expectTypeOf, test } from 'vitest'
import { type api, apiKey, type Customer, contract, api as running } from './typed-api.ts'

const handle = toFetch(running)
const unkeyed = { 'POST /v1/sessions': true } as const
const client = createClient<typeof api>({
  baseUrl: 'http://localhost',
  apiKey,
  contract,
  unkeyed,
  fetch: (url, init) => Promise.resolve(handle(new Request(url, init))),
})

test('data is what the handler returns, as JSON writes it', async () => {
  const charge = await client.post('/v1/charges', { body: { amount: 5 } })
  expectTypeOf(charge).toEqualTypeOf<{ id: string; amount: number; at: string }>()
  expect(charge).toEqual({ id: 'ch_1', amount: 5, at: '1970-01-01T00:00:00.000Z' })
  expectTypeOf(await client.get('/v1/charges/:id', { params: { id: 'ch_1' } })).toEqualTypeOf<{
    id: string
    amount: number
  }>()
  const nothing = await client.delete('/v1/charges/:id/refunds/:refund', { params: { id: 'a', refund: 'b' } })
  expectTypeOf(nothing).toEqualTypeOf<undefined>()
  expect(nothing).toBeUndefined()
})

test('a safe result is told apart by ok, its error by code, its details by code', async () => {
  const result = await client.post('/v1/charges', { body: { amount: 13 } }).safe()
  if (result.ok) {
    expectTypeOf(result.error).toEqualTypeOf<undefined>()
    throw new Error('must be declined')
  }
  const { error } = result
  if (error.code !== 'card_declined') throw error
  expectTypeOf(error).toEqualTypeOf<ApiResponseError<'card_declined', { decline_code: 'lost_card' | 'stolen_card' }>>()
  expectTypeOf(error.details.decline_code).toEqualTypeOf<'lost_card' | 'stolen_card'>()
  expect(error.details).toEqual({ decline_code: 'lost_card' })
})

test('taken apart, it is still told apart by ok and by code', async () => {
  const { ok, data, error } = await client.post('/v1/charges', { body: { amount: 14 } }).safe()
  if (ok) expectTypeOf(data).toEqualTypeOf<{ id: string; amount: number; at: string }>()
  else if (error.code === 'card_declined') expectTypeOf(error.details.decline_code).toBeString()
  else if (error.code === 'account_closed') expectTypeOf(error.details).toEqualTypeOf<undefined>()
  expect([ok, error?.code]).toEqual([false, 'account_closed'])
})

test('codes are those the operation declared, the built-in ones, those of a connection, and unknown', async () => {
  const { error } = await client.get('/v1/charges/:id', { params: { id: 'ch_1' } }).safe()
  type Code = NonNullable<typeof error>['code']
  expectTypeOf<
    'no_such_charge' | 'rate_limited' | 'internal_error' | 'timeout' | 'connection_lost' | 'aborted' | 'unknown'
  >().toExtend<Code>()
  expectTypeOf<'card_declined'>().not.toExtend<Code>()
  expectTypeOf<string>().not.toExtend<Code>()
})

test('a built-in code that the contract renamed has its name on the wire', async () => {
  const { error } = await client
    .get('/v1/charges/:id', { params: { id: 'ch_1' }, headers: { authorization: '' } })
    .safe()
  type Code = NonNullable<typeof error>['code']
  expectTypeOf<'key_missing'>().toExtend<Code>()
  expectTypeOf<'api_key_missing'>().not.toExtend<Code>()
  expect(error?.code).toBe('key_missing' satisfies Code)
  const absent = await client.get('/v1/charges/:id', { params: { id: 'none' } }).safe()
  expectTypeOf<Extract<typeof absent.error, { code: 'no_such_charge' }>>().not.toBeNever()
  expect(absent.error?.code).toBe('no_such_charge')
})

test('an operation that ignores keys gets none, and is not sent twice', async () => {
  const fetch = scriptedFetch(() => 'dropped')
  const dropped = createClient<typeof api>({ baseUrl: 'http://localhost', unkeyed, fetch, clock: instantClock() })
  const { error } = await dropped.post('/v1/sessions', { idempotencyKey: 'mine' }).safe()
  expect(error).toMatchObject({ code: 'connection_lost', outcome: 'unknown' })
  expect(fetch.requests.length).toBe(1)
  await dropped.post('/v1/sessions').safe()
  expect(fetch.requests[1]?.headers).not.toHaveProperty('idempotency-key')
  await dropped.post('/v1/charges', { body: { amount: 1 } }).safe()
  expect(fetch.requests.length).toBe(5)
})

test('a switch over all codes is exhaustive', () => {
  type Failure = NonNullable<Awaited<ReturnType<ReturnType<typeof charge>['safe']>>['error']>
  const charge = () => client.post('/v1/charges', { body: { amount: 1 } })
  const describe = (error: Failure): string => {
    if (error.code === 'timeout' || error.code === 'connection_failed' || error.code === 'connection_lost') {
      expectTypeOf(error).toExtend<ApiConnectionError<typeof error.code>>()
      return 'connection'
    }
    if (error.code === 'aborted') {
      expectTypeOf(error).toEqualTypeOf<RequestAbortedError>()
      return 'aborted'
    }
    if (error.code === 'response_invalid') {
      expectTypeOf(error).toEqualTypeOf<InvalidResponseError>()
      return 'invalid'
    }
    expectTypeOf(error.status).toEqualTypeOf<number>()
    return String(error.status)
  }
  expectTypeOf(describe).returns.toBeString()
})

test('input that the operation does not take does not compile', () => {
  const wrong = () => {
    // @ts-expect-error: no such path
    client.get('/v1/nothing')
    // @ts-expect-error: the path has no such method
    client.put('/v1/charges', {})
    // @ts-expect-error: the body is missing
    client.post('/v1/charges')
    // @ts-expect-error: the amount is a number
    client.post('/v1/charges', { body: { amount: '5' } })
    // @ts-expect-error: the parameter is missing
    client.get('/v1/charges/:id')
    // @ts-expect-error: refund is missing
    client.delete('/v1/charges/:id/refunds/:refund', { params: { id: 'a' } })
    // @ts-expect-error: no such parameter
    client.get('/v1/charges/:id', { params: { id: 'a', other: 'b' } })
    // @ts-expect-error: not a list
    client.list('/v1/charges/:id', { params: { id: 'a' } })
    // @ts-expect-error: another server's format has no typed client
    createClient<typeof api>({ baseUrl: 'http://localhost', format: 'stripe' })
    // @ts-expect-error: an operation that ignores keys is not named
    createClient<typeof api>({ baseUrl: 'http://localhost', apiKey })
    // @ts-expect-error: POST /v1/charges takes keys
    createClient<typeof api>({ baseUrl: 'http://localhost', unkeyed: { ...unkeyed, 'POST /v1/charges': true } })
    createClient<typeof api>({ baseUrl: 'http://localhost', idempotency: 'off' })
    // What has a default, and a query without a required member, may be left out.
    client.post('/v1/charges', { body: { amount: 5, note: 'x' }, idempotencyKey: 'k', timeoutMs: 5 })
    client.get('/v1/customers')
    client.get('/v1/charges/:id', { params: { id: 5 } })
  }
  expectTypeOf(wrong).toBeFunction()
})

test('a list gives its items, page after page', async () => {
  const names: string[] = []
  for await (const customer of client.list('/v1/customers', { query: { limit: 2 } })) {
    expectTypeOf(customer).toEqualTypeOf<Customer>()
    names.push(customer.name)
  }
  expect(names).toEqual(['A', 'B', 'C', 'D', 'E'])
})

test('an untyped client takes any path, and its data is what the caller says', async () => {
  const untyped = createClient({
    baseUrl: 'http://localhost',
    format: 'auto',
    fetch: () => Promise.resolve(Response.json({})),
  })
  expectTypeOf(await untyped.get('/anything')).toBeUnknown()
  expectTypeOf(await untyped.get<{ id: string }>('/anything')).toEqualTypeOf<{ id: string }>()
  const { error } = await untyped.get('/anything').safe()
  expectTypeOf(error?.code).toEqualTypeOf<string | undefined>()
})
