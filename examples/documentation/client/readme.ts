import { contractFacts, createClient } from 'culpa/client'
import { type api, apiKey, baseUrl, close, contract } from './shop.ts'

const facts = contractFacts(contract)

const client = createClient<typeof api>({
  baseUrl,
  apiKey,
  contract: facts,
  unkeyed: { 'POST /v1/sessions': true },
})

const charge = await client.post('/v1/charges', { body: { amount: 2000, source: 'tok_visa' } })
console.log(charge.id, charge.created)

const { ok, data, error } = await client.get('/v1/charges/:id', { params: { id: 'ch_9' } }).safe()
if (ok) console.log(data.amount)
else console.log(error.name, error.status, error.code, error.requestId)

const any = createClient({ baseUrl, apiKey, format: 'auto' })
const found = await any.get<{ readonly amount: number }>('/v1/charges/ch_1')
console.log(found.amount)

// docs/client/README.md: the whole answer
const query = { expand: ['customer'], created: { gte: new Date(0) } }
const whole = await any.get('/v1/charges/:id', { params: { id: 'ch_1' }, query }).safe()
console.log(whole.response?.status, whole.response?.headers.get('content-type'), whole.response?.replayed)

await close()
