import { apiErrorGuard, createClient } from 'culpa/client'
import { type ScriptedStep, scriptedFetch } from 'culpa/testing'

const retryInfo = { '@type': 'type.googleapis.com/google.rpc.RetryInfo', retryDelay: '20s' }
const html = '<!DOCTYPE html><html><body><h1>502 Bad Gateway</h1><hr>nginx</body></html>'
const answers: readonly ScriptedStep[] = [
  {
    status: 402,
    body: { error: { type: 'card_error', code: 'card_declined', message: 'Declined.', decline_code: 'lost_card' } },
  },
  {
    status: 403,
    body: { type: 'https://bank.example/probs/credit', title: 'No credit.', detail: 'You have 30.', balance: 30 },
  },
  {
    status: 422,
    body: { errors: [{ status: '422', detail: 'Too short.', source: { pointer: '/data/attributes/name' } }] },
  },
  {
    status: 429,
    body: { error: { code: 429, message: 'Slow down.', status: 'RESOURCE_EXHAUSTED', details: [retryInfo] } },
  },
  { status: 422, body: { message: 'Invalid.', errors: { email: ['Is taken.'] } } },
  { status: 400, body: { errors: [{ message: 'Unknown field.', code: 'field_unknown', param: 'nmae' }] } },
  { status: 404, body: { error: 'Unknown run.' } },
  { status: 502, headers: { 'content-type': 'text/html' }, body: html },
  { status: 503, headers: { 'content-type': 'text/plain' }, body: 'upstream connect error\nreset' },
  { status: 504 },
  { status: 400, body: { reason: 'odd' } },
  { status: 200, headers: { 'content-type': 'text/html' }, body: '<html>Log in</html>' },
]

const fetch = scriptedFetch(answers)
const client = createClient({ baseUrl: 'https://api.example.com', format: 'auto', fetch, maxAttempts: 1 })

for (const _ of answers) {
  const { error } = await client.get('/').safe()
  console.log(error?.status, error?.format, error?.name, error?.code, error?.message)
}

// docs/client/other-apis.md: Stripe, and APIs like it
const apiKey = 'sk_test_example'
const stripe = createClient({ baseUrl: 'https://api.stripe.com', apiKey, format: 'stripe', idempotency: 'auto' })

const isStripeError = apiErrorGuard<{ card_declined: { decline_code: string } }>()

export { isStripeError, stripe }
