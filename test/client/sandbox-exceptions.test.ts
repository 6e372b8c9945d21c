import { randomUUID } from 'node:crypto'
import { ApiConnectionError, AuthenticationError, CardError, createClient, InvalidRequestError } from 'culpa/client'
import { instantClock } from 'culpa/testing'
import { afterAll, beforeAll, expect, test } from 'vitest'
import type { CaptureApi } from '../../examples/sandbox/systems/capture/index.ts'
import { type LiveSandbox, openSandbox } from '../support/live-sandbox.ts'

let sandbox: LiveSandbox
let prospect: string

beforeAll(async () => {
  sandbox = await openSandbox()
  prospect = (await clientWith('full').post('/capture/v1/prospects', { body: { email: address() } })).id
})
afterAll(() => sandbox?.close())

const address = () => `${randomUUID()}@example.com`

function clientWith(key: string, baseUrl = sandbox.url) {
  const { keys } = sandbox.system('capture')
  return createClient<CaptureApi>({
    baseUrl,
    apiKey: keys[key]!,
    contract: sandbox.contract('capture'),
    clock: instantClock(),
  })
}

const charge = (source: string, amount = 2000, client = clientWith('full')) =>
  client.post('/capture/v1/charges', { body: { prospect, amount, currency: 'usd', source } })

/** What is thrown where a program awaits the call. */
async function thrownBy(call: PromiseLike<unknown>): Promise<unknown> {
  try {
    await call
  } catch (error) {
    return error
  }
  throw new Error('nothing was thrown')
}

test('a creation that fails is a CardError with a message for the card holder, and nothing is created', async () => {
  const error = await thrownBy(charge('tok_chargeDeclinedInsufficientFunds'))
  expect(error).toBeInstanceOf(CardError)
  expect(error).toMatchObject({
    type: 'card_error',
    code: 'card_declined',
    status: 402,
    param: 'source',
    message: 'Your card was declined: there is not enough money on the account.',
    outcome: 'rejected',
  })
  for await (const made of clientWith('full').list('/capture/v1/charges')) expect(made.prospect).not.toBe(prospect)
})

test('invalid parameters are an InvalidRequestError that names each', async () => {
  const error = await thrownBy(charge('tok_visa', -1))
  expect(error).toBeInstanceOf(InvalidRequestError)
  expect(error).toMatchObject({
    type: 'invalid_request_error',
    code: 'validation_failed',
    status: 400,
    param: 'amount',
    fieldErrors: [{ path: 'amount', message: expect.stringContaining('amount') }],
  })
  const inQuery = await thrownBy(clientWith('full').get('/capture/v1/charges', { query: { limit: 0 } }))
  expect(inQuery).toBeInstanceOf(InvalidRequestError)
  expect(inQuery).toMatchObject({ type: 'invalid_request_error', code: 'parameter_invalid', param: 'limit' })
})

test.each([
  ['revoked', 'api_key_revoked'],
  ['expired', 'api_key_expired'],
])('authentication with a key that is %s is an AuthenticationError', async (key, code) => {
  const error = await thrownBy(charge('tok_visa', 2000, clientWith(key)))
  expect(error).toBeInstanceOf(AuthenticationError)
  expect(error).toMatchObject({ type: 'authentication_error', code, status: 401, outcome: 'rejected' })
})

test('an unreachable network is an ApiConnectionError: nothing was sent, and no answer is made up', async () => {
  const other = await openSandbox()
  await other.close()
  const error = await thrownBy(charge('tok_visa', 2000, clientWith('full', other.url)))
  expect(error).toBeInstanceOf(ApiConnectionError)
  expect(error).toMatchObject({
    type: 'api_connection_error',
    code: 'connection_failed',
    rawCode: 'ECONNREFUSED',
    outcome: 'not_sent',
  })
  expect(error).not.toHaveProperty('status')
  expect((error as ApiConnectionError).attempts).toHaveLength(3)
})
