import { randomUUID } from 'node:crypto'
import Stripe from 'stripe'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { startCuttingProxy } from '../support/cutting-proxy.ts'
import { type LiveSandbox, openSandbox } from '../support/live-sandbox.ts'

const { errors } = Stripe
type Key = 'full' | 'read_only' | 'revoked' | 'trial' | 'other_org'

let sandbox: LiveSandbox
let stripe: Stripe

beforeAll(async () => {
  sandbox = await openSandbox()
  stripe = clientOf('full')
})
afterAll(() => sandbox?.close())

function clientOf(key: Key, more: { port?: number; maxNetworkRetries?: number } = {}): Stripe {
  const { port = sandbox.port, maxNetworkRetries = 0 } = more
  const secret = sandbox.system('stripe').keys[key] ?? ''
  return new Stripe(secret, { host: '127.0.0.1', port, protocol: 'http', maxNetworkRetries, telemetry: false })
}

const charge = (source: string, options: Stripe.RequestOptions = {}, client = stripe) =>
  client.charges.create({ amount: 2000, currency: 'usd', source }, options)

/** What the client raises. */
async function raised(pending: Promise<unknown>): Promise<Stripe.errors.StripeError> {
  try {
    await pending
  } catch (error) {
    return error as Stripe.errors.StripeError
  }
  throw new Error('nothing was raised')
}

function expectRaised(error: Stripe.errors.StripeError, kind: abstract new (...args: never[]) => Error, like: object) {
  expect(error).toBeInstanceOf(kind)
  expect(error).toMatchObject(like)
  expect(error.requestId).toMatch(/^req_/)
  expect(error.doc_url).toBe(`http://localhost:${sandbox.port}/stripe/errors/${error.code}`)
  expect(error.message).not.toBe('')
}

async function chargesOf(client: Stripe, key: string): Promise<number> {
  let count = 0
  for await (const one of client.charges.list({ limit: 100 })) if (one.metadata.test === key) count++
  return count
}

describe('what succeeds', () => {
  test('customers are created, retrieved, listed and deleted', async () => {
    const made = await stripe.customers.create({ email: 'jenny@example.com', name: 'Jenny', metadata: { order: '7' } })
    expect(made).toMatchObject({ object: 'customer', email: 'jenny@example.com', metadata: { order: '7' } })
    expect(made.lastResponse.requestId).toMatch(/^req_/)
    expect(await stripe.customers.retrieve(made.id)).toMatchObject({ id: made.id, name: 'Jenny' })
    expect(await stripe.customers.del(made.id)).toMatchObject({ id: made.id, deleted: true })
    expectRaised(await raised(stripe.customers.retrieve(made.id)), errors.StripeInvalidRequestError, {
      statusCode: 404,
    })
  })

  test('lists come page by page, each object once, in the order of creation', async () => {
    const client = clientOf('other_org')
    const made: string[] = []
    for (let index = 0; index < 25; index++) made.push((await client.customers.create({ name: `Number ${index}` })).id)
    const page = await client.customers.list({ limit: 10 })
    expect(page).toMatchObject({ object: 'list', has_more: true })
    expect(page.data).toHaveLength(10)
    const seen = await client.customers.list({ limit: 7 }).autoPagingToArray({ limit: 1000 })
    expect(seen.map(({ id }) => id).filter((id) => made.includes(id))).toEqual(made)
    expect(new Set(seen.map(({ id }) => id)).size).toBe(seen.length)
  })

  test('a card is charged by token, for a customer, with metadata', async () => {
    const customer = await stripe.customers.create({ name: 'Jenny' })
    const metadata = { order: '7', note: 'ä & b=c [d]' }
    const made = await stripe.charges.create({
      amount: 2000,
      currency: 'usd',
      source: 'tok_visa',
      customer: customer.id,
      metadata,
    })
    expect(made).toMatchObject({ object: 'charge', amount: 2000, paid: true, customer: customer.id, metadata })
    expect(await stripe.charges.retrieve(made.id)).toMatchObject({ id: made.id, metadata })
    const listed = await stripe.charges.list({ limit: 100 }).autoPagingToArray({ limit: 1000 })
    expect(listed.map(({ id }) => id)).toContain(made.id)
  })

  test('a card is charged by its number', async () => {
    const card = { object: 'card', number: '4242424242424242', exp_month: 12, exp_year: 2040, cvc: '123' }
    // The types of the client leave card objects out; its encoder and the API take them.
    const source = card as unknown as string
    const made = await stripe.charges.create({ amount: 2000, currency: 'eur', source })
    expect(made).toMatchObject({ currency: 'eur', payment_method_details: { card: { last4: '4242' } } })
  })

  test('a charge is refunded in parts and no further', async () => {
    const made = await charge('tok_visa')
    expect(await stripe.refunds.create({ charge: made.id, amount: 500 })).toMatchObject({
      amount: 500,
      charge: made.id,
    })
    const tooMuch = await raised(stripe.refunds.create({ charge: made.id, amount: 1501 }))
    expectRaised(tooMuch, errors.StripeInvalidRequestError, { code: 'refund_exceeds_charge', param: 'amount' })
    expect(await stripe.refunds.create({ charge: made.id })).toMatchObject({ amount: 1500 })
    const again = await raised(stripe.refunds.create({ charge: made.id }))
    expectRaised(again, errors.StripeInvalidRequestError, { code: 'charge_already_refunded', statusCode: 400 })
    expect(await stripe.charges.retrieve(made.id)).toMatchObject({ refunded: true, amount_refunded: 2000 })
  })

  test('of refunds that come at once, no more is given back than was charged', async () => {
    const made = await charge('tok_visa')
    const refunds = Array.from({ length: 10 }, () => stripe.refunds.create({ charge: made.id, amount: 500 }))
    const results = await Promise.allSettled(refunds)
    expect(results.filter(({ status }) => status === 'fulfilled')).toHaveLength(4)
    expect(await stripe.charges.retrieve(made.id)).toMatchObject({ amount_refunded: 2000 })
  })
})

describe('what is raised', () => {
  test('400: StripeInvalidRequestError with the parameter', async () => {
    const missing = await raised(stripe.charges.create({ currency: 'usd', source: 'tok_visa' } as never))
    expectRaised(missing, errors.StripeInvalidRequestError, { code: 'parameter_missing', param: 'amount' })
    const unknown = await raised(stripe.charges.create({ amount: 2000, currency: 'usd', colour: 'red' } as never))
    expectRaised(unknown, errors.StripeInvalidRequestError, { statusCode: 400 })
    const small = await raised(stripe.charges.create({ amount: 10, currency: 'usd', source: 'tok_visa' }))
    expectRaised(small, errors.StripeInvalidRequestError, { code: 'amount_too_small', param: 'amount' })
  })

  test('401: StripeAuthenticationError', async () => {
    const revoked = await raised(clientOf('revoked').customers.list())
    expectRaised(revoked, errors.StripeAuthenticationError, { statusCode: 401, code: 'api_key_revoked' })
  })

  test.each([
    ['tok_chargeDeclined', 'card_declined', 'generic_decline'],
    ['tok_chargeDeclinedInsufficientFunds', 'card_declined', 'insufficient_funds'],
    ['tok_chargeDeclinedLostCard', 'card_declined', 'lost_card'],
    ['tok_chargeDeclinedStolenCard', 'card_declined', 'stolen_card'],
    ['tok_chargeDeclinedFraudulent', 'card_declined', 'fraudulent'],
    ['tok_chargeDeclinedExpiredCard', 'expired_card', 'expired_card'],
    ['tok_chargeDeclinedIncorrectCvc', 'incorrect_cvc', 'incorrect_cvc'],
    ['tok_chargeDeclinedProcessingError', 'processing_error', 'processing_error'],
  ])('402: StripeCardError for %s, with %s and %s', async (source, code, declineCode) => {
    const error = await raised(charge(source))
    expectRaised(error, errors.StripeCardError, { statusCode: 402, code, decline_code: declineCode })
    expect(error.charge).toMatch(/^ch_/)
  })

  test.each(['4000000000000002', '4000000000009995', '4000000000000069'])('402: the number %s', async (number) => {
    const source = { object: 'card', number, exp_month: 12, exp_year: 2040, cvc: '123' } as unknown as string
    const error = await raised(stripe.charges.create({ amount: 2000, currency: 'usd', source }))
    expect(error).toBeInstanceOf(errors.StripeCardError)
    expect(JSON.stringify(error.raw)).not.toContain(number)
  })

  test('403: StripePermissionError', async () => {
    const error = await raised(clientOf('read_only').customers.create({ name: 'x' }))
    expectRaised(error, errors.StripePermissionError, { statusCode: 403, code: 'permission_denied' })
  })

  test('404: StripeInvalidRequestError, resource_missing of the id', async () => {
    const error = await raised(stripe.customers.retrieve('cus_nobody'))
    expectRaised(error, errors.StripeInvalidRequestError, { statusCode: 404, code: 'resource_missing', param: 'id' })
    const route = await raised(stripe.products.list())
    expectRaised(route, errors.StripeInvalidRequestError, { statusCode: 404, code: 'route_unknown' })
  })

  test('400 idempotency_error: StripeIdempotencyError', async () => {
    const idempotencyKey = randomUUID()
    await charge('tok_visa', { idempotencyKey })
    const error = await raised(charge('tok_mastercard', { idempotencyKey }))
    expectRaised(error, errors.StripeIdempotencyError, { statusCode: 400, code: 'idempotency_key_reused' })
    expect(error.rawType).toBe('idempotency_error')
  })

  test('409: StripeAPIError while the first request runs', async () => {
    const idempotencyKey = randomUUID()
    const results = await Promise.allSettled([1, 2].map(() => charge('tok_processorSlow', { idempotencyKey })))
    const [refused] = results.filter((one) => one.status === 'rejected')
    expectRaised(refused?.reason, errors.StripeAPIError, { statusCode: 409, code: 'idempotency_in_progress' })
  })

  test('429: StripeRateLimitError', async () => {
    const client = clientOf('trial')
    const results = await Promise.allSettled(Array.from({ length: 12 }, () => client.customers.list()))
    const [refused] = results.filter((one) => one.status === 'rejected')
    expectRaised(refused?.reason, errors.StripeRateLimitError, { statusCode: 429, code: 'rate_limited' })
    expect(refused?.reason.headers['retry-after']).toMatch(/^[1-9]\d*$/)
  })

  test.each([
    ['tok_networkDown', 424, 'card_network_unavailable'],
    ['tok_processorIncomplete', 500, 'internal_error'],
    ['tok_processorNonsense', 502, 'upstream_invalid'],
    ['tok_processorDown', 503, 'service_unavailable'],
    ['tok_processorSilent', 504, 'upstream_timeout'],
  ])('%s: StripeAPIError %i %s', async (source, statusCode, code) => {
    expectRaised(await raised(charge(source)), errors.StripeAPIError, { statusCode, code, rawType: 'api_error' })
  })

  test('nobody listens: StripeConnectionError', async () => {
    const proxy = await startCuttingProxy(sandbox.port, 0)
    await proxy.close()
    const error = await raised(clientOf('full', { port: proxy.port }).customers.list())
    expect(error).toBeInstanceOf(errors.StripeConnectionError)
  })
})

describe('what is retried by the client itself', () => {
  test.each([1, 2])('a charge whose answer is lost %i times is made once', async (cuts) => {
    const proxy = await startCuttingProxy(sandbox.port, cuts)
    try {
      const client = clientOf('full', { port: proxy.port, maxNetworkRetries: 2 })
      const mark = randomUUID()
      const made = await client.charges.create({
        amount: 2000,
        currency: 'usd',
        source: 'tok_visa',
        metadata: { test: mark },
      })
      expect(made.lastResponse.headers['idempotent-replayed']).toBe('true')
      expect(made.metadata.test).toBe(mark)
      expect(proxy.taken()).toBe(cuts + 1)
      expect(await chargesOf(stripe, mark)).toBe(1)
    } finally {
      await proxy.close()
    }
  })

  test('a charge in progress is waited for and then replayed', async () => {
    const client = clientOf('full', { maxNetworkRetries: 5 })
    const idempotencyKey = randomUUID()
    const body = { amount: 2000, currency: 'usd', source: 'tok_processorSlow', metadata: { test: idempotencyKey } }
    const made = await Promise.all([1, 2, 3].map(() => client.charges.create(body, { idempotencyKey })))
    expect(new Set(made.map(({ id }) => id)).size).toBe(1)
    expect(await chargesOf(stripe, idempotencyKey)).toBe(1)
  })

  test('a processor that answers too late is settled by the retries: one charge', async () => {
    const client = clientOf('full', { maxNetworkRetries: 6 })
    const mark = randomUUID()
    const body = { amount: 2000, currency: 'usd', source: 'tok_processorLate', metadata: { test: mark } }
    const made = await client.charges.create(body)
    expect(made.lastResponse.headers['idempotent-replayed']).toBe('true')
    expect(await chargesOf(stripe, mark)).toBe(1)
  })
})
