import { createClient } from 'culpa/client'
import { type api, apiKey, baseUrl, charged, close, losing } from './shop.ts'

const unkeyed = { 'POST /v1/sessions': true } as const
const body = { amount: 2000, source: 'tok_visa' }

// docs/client/idempotency.md: of its own accord
const client = createClient<typeof api>({ baseUrl, apiKey, unkeyed, fetch: losing(1) })
const { data, response } = await client.post('/v1/charges', { body }).safe()
console.log(data?.id, response?.replayed, charged.length)

// docs/client/idempotency.md: a key of your own
const order = { id: 'order_7', chargeKey: 'order_7_charge' }
await client.post('/v1/charges', { body, idempotencyKey: order.chargeKey })
await client.post('/v1/charges', { body, idempotencyKey: order.chargeKey })
console.log(charged.length)
const other = { ...body, amount: 3000 }
const reused = await client.post('/v1/charges', { body: other, idempotencyKey: order.chargeKey }).safe()
console.log(reused.error?.name, reused.error?.code, reused.error?.attempts.length)

// docs/client/idempotency.md: unknown
const offline = createClient<typeof api>({ baseUrl, apiKey, unkeyed, fetch: losing(3) })
const { error } = await offline.post('/v1/charges', { body }).safe()
console.log(error?.code, error?.outcome, error?.attempts.length)

if (error?.outcome === 'unknown' && error.idempotencyKey !== undefined) {
  const settled = await client.post('/v1/charges', { body, idempotencyKey: error.idempotencyKey }).safe()
  console.log(settled.data?.id, settled.response?.replayed, charged.length)
}

// docs/client/idempotency.md: keys that nobody reads
const session = await createClient<typeof api>({ baseUrl, apiKey, unkeyed, fetch: losing(1) })
  .post('/v1/sessions')
  .safe()
console.log(session.error?.code, session.error?.outcome, session.error?.attempts.length)

await close()
