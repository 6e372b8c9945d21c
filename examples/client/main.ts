// Charges cards at the sandbox's stripe API: npm start, then npm run example
import { setTimeout as wait } from 'node:timers/promises'
import { createClient, type InputOf } from 'culpa/client'
import type { StripeApi } from '../sandbox/systems/stripe/index.ts'

const publicTestKey = 'sk_test_skfull000000PublicTestKeyOfTheCulpaSandbox011jnpfg'
const [baseUrl = 'http://localhost:4000', apiKey = publicTestKey] = process.argv.slice(2)

const client = createClient<StripeApi>({
  baseUrl,
  apiKey,
  // This API reads forms; objects go out as such.
  headers: { 'content-type': 'application/x-www-form-urlencoded' },
  onRetry: ({ attempt, error }) => console.log(`attempt ${attempt.number}: ${error.code}; once more with the same key`),
})

type NewCharge = InputOf<StripeApi, 'POST /v1/charges'>['body']

/** An idempotency key goes along by itself, so a retry charges nobody twice. */
async function charge(): Promise<void> {
  const body = { amount: 2000, currency: 'usd', source: 'tok_visa' }
  const { amount, payment_method_details } = await client.post('/v1/charges', { body })
  console.log(`charged ${dollars(amount)} to the card that ends in ${payment_method_details.card.last4}`)
}

/** Nothing is thrown; the code tells which details there are. */
async function chargeDeclinedCard(): Promise<void> {
  const body = { amount: 2000, currency: 'usd', source: 'tok_chargeDeclinedInsufficientFunds' }
  const { ok, error } = await client.post('/v1/charges', { body }).safe()
  if (ok) return
  if (error.code === 'card_declined') console.log(`declined: ${error.details.decline_code}`)
  else if (error.code === 'rate_limited') console.log('too fast: try again later')
  else console.log(`${error.code}: ${error.message}`)
}

/** What became of a payment may be unknown; its key finds out. */
async function chargeSlowProcessor(): Promise<void> {
  const body = { amount: 3000, currency: 'usd', source: 'tok_processorLate' }
  const { ok, error } = await client.post('/v1/charges', { body, maxAttempts: 1 }).safe()
  if (ok) return
  if (error.outcome !== 'unknown' || error.idempotencyKey === undefined) throw error
  console.log(`${error.code}: charged or not? Its key will tell`)
  console.log(`charged ${dollars(await settledAmount(body, error.idempotencyKey))}, once`)
}

/** Repeats a charge with its own key until it is known what became of it. */
async function settledAmount(body: NewCharge, idempotencyKey: string): Promise<number> {
  for (let tries = 1; ; tries++) {
    await wait(1000)
    const { ok, data, error } = await client.post('/v1/charges', { body, idempotencyKey }).safe()
    if (ok) return data.amount
    if (error.outcome !== 'unknown' || tries === 10) throw error
  }
}

/** As many pages as it takes, each asked for when its items are needed. */
async function listCharges(): Promise<void> {
  let total = 0
  for await (const { amount } of client.list('/v1/charges', { query: { limit: 2 } })) total += amount
  console.log(`charged ${dollars(total)} in all`)
}

function dollars(cents: number): string {
  return `$${(cents / 100).toFixed(2)}`
}

await charge()
await chargeDeclinedCard()
await chargeSlowProcessor()
await listCharges()
