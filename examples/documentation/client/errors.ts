import type { BuiltinCode } from 'culpa'
import {
  apiErrorGuard,
  type CallError,
  contractFacts,
  createClient,
  type ErrorsOf,
  fromJSON,
  isApiConnectionError,
  isApiError,
  RateLimitError,
} from 'culpa/client'
import { type api, apiKey, baseUrl, close, contract } from './shop.ts'

const unkeyed = { 'POST /v1/sessions': true } as const
const client = createClient<typeof api>({ baseUrl, apiKey, unkeyed, contract })

// docs/client/errors.md: caught
try {
  await client.post('/v1/charges', { body: { amount: 2000, source: 'tok_lost' } })
} catch (error) {
  if (isApiError(error, 'card_declined')) console.log(error.name, error.status, error.message, error.details)
  else if (error instanceof RateLimitError) console.log('again in', error.retryAfterMs, 'ms')
  else if (isApiConnectionError(error)) console.log('offline', error.outcome)
  else throw error
}

// docs/client/errors.md: as a value
const { ok, data, error, response } = await client
  .post('/v1/charges', { body: { amount: 2000, source: 'tok_lost' } })
  .safe()
if (ok) console.log(data.id, response.status)
else if (error.code === 'card_declined') console.log(error.details.decline_code, error.requestId)

// docs/client/errors.md: guards
type ChargeErrors = ErrorsOf<typeof api, 'POST /v1/charges'>

const isChargeError = apiErrorGuard<ChargeErrors>()

if (isChargeError(error, 'card_declined')) console.log(error.details.decline_code)

// docs/client/errors.md: every code
function explain(failure: CallError<ChargeErrors>): string {
  switch (failure.code) {
    case 'card_declined':
      return `Declined: ${failure.details.decline_code}`
    case 'amount_too_small':
      return failure.message
    case 'connection_failed':
    case 'connection_lost':
    case 'timeout':
    case 'aborted':
    case 'response_invalid':
      return `No usable answer; outcome: ${failure.outcome}`
    case 'unknown':
      return `New to this program: ${failure.rawCode ?? failure.status}`
    default:
      failure.code satisfies BuiltinCode
      return `${failure.status}: ${failure.message}`
  }
}

// What the page says does not compile.
export function wrong(failure: CallError<ChargeErrors>): string {
  switch (failure.code) {
    case 'card_declined':
      return failure.details.decline_code
    // @ts-expect-error: no call of the operation ends in it
    case 'card_melted':
      return ''
    case 'connection_failed':
    case 'connection_lost':
    case 'timeout':
    case 'aborted':
    case 'response_invalid':
    case 'unknown':
      return ''
    default:
      // @ts-expect-error: amount_too_small has no case
      failure.code satisfies BuiltinCode
      return ''
  }
}

const small = await client.post('/v1/charges', { body: { amount: 1, source: 'tok_visa' } }).safe()
const strange = await client.post('/v1/charges', { body: { amount: 0.5, source: 'tok_visa' } }).safe()
if (!small.ok) console.log(explain(small.error))
if (!strange.ok) console.log(explain(strange.error))

// docs/client/errors.md: new codes
const { card_declined: _, ...codes } = contractFacts(contract).codes
const older = { ...contractFacts(contract), codes }

for (const known of [contract, older, undefined]) {
  const options = known && { contract: known }
  const declined = await createClient<typeof api>({ baseUrl, apiKey, unkeyed, ...options })
    .post('/v1/charges', { body: { amount: 2000, source: 'tok_lost' } })
    .safe()
  console.log(declined.error?.code, declined.error?.rawCode)
}

// docs/client/errors.md: forms
const created = await client
  .post('/v1/customers', { body: { email: 'nobody', addresses: [{ city: '', zip: '12' }] } })
  .safe()
for (const { path, code, message } of created.error?.fieldErrors ?? []) console.log(`${path}: ${message} (${code})`)

// docs/client/errors.md: logs and workers
if (error?.code !== 'card_declined') throw new Error('the card is lost')
console.log(JSON.stringify(error, null, 2))

const message = structuredClone({ error: error.toJSON() })
const received = fromJSON(message.error)
if (isChargeError(received, 'card_declined')) console.log(received.name, received.details.decline_code)
await close()
