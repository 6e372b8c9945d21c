import { apiKeys, createApi, created, defineContract, idempotency, keyIssuer, operationsFor, requireOwned } from 'culpa'
import type { Fetch } from 'culpa/client'
import { memoryIdempotency, memoryKeys } from 'culpa/memory'
import { listen } from 'culpa/node'
import { z } from 'zod'

/** The API that the pages on the client call. */

const peppers = { 1: 'the pepper of the documentation' }
const keys = memoryKeys()
const { key } = await keyIssuer(keys, peppers).issue({
  prefix: 'sk',
  environment: 'test',
  tenant: 'org_1',
  scopes: [],
})
export const apiKey = key

export const contract = defineContract({
  docs: 'https://docs.example.com/errors',
  errors: {
    card_declined: {
      status: 402,
      message: 'Your card was declined.',
      details: z.object({ decline_code: z.enum(['lost_card', 'insufficient_funds']) }),
      showToUser: true,
    },
    amount_too_small: { status: 400, message: 'The amount is too small.' },
  },
})
const operation = operationsFor(contract)

/** What was charged, in order. */
export const charged: { readonly id: string; readonly amount: number; readonly tenant: string }[] = []
const customers = ['Ada', 'Grace', 'Hedy', 'Mary', 'Joan'].map((name, index) => ({ id: `cus_${index + 1}`, name }))

const NewCharge = z.object({ amount: z.number().int(), source: z.string() })
const Address = z.object({ city: z.string().min(1), zip: z.string().regex(/^\d{5}$/) })
const NewCustomer = z.object({ email: z.email(), addresses: z.array(Address).min(1) })
const PageOf = z.object({ limit: z.coerce.number().int().min(1).default(2), starting_after: z.string().optional() })

export const api = createApi({
  contract,
  log: () => undefined,
  guards: { keys: apiKeys(keys, { peppers }), idempotency: idempotency(memoryIdempotency()) },
  operations: [
    operation('POST /v1/charges', {
      idempotency: 'optional',
      body: NewCharge,
      errors: ['card_declined', 'amount_too_small'],
      handler({ body: { amount, source }, caller, errors }) {
        if (amount < 50) throw errors.amount_too_small({ param: 'amount' })
        if (source === 'tok_lost')
          throw errors.card_declined({ param: 'source', details: { decline_code: 'lost_card' } })
        const charge = { id: `ch_${charged.length + 1}`, amount, tenant: caller.tenant }
        charged.push(charge)
        return created({ id: charge.id, amount, created: new Date(Date.UTC(2026, 0, 1)) })
      },
    }),
    operation('GET /v1/charges/:id', {
      errors: ['resource_missing'],
      handler({ params, caller }) {
        const { tenant: _, ...charge } = requireOwned(
          charged.find(({ id }) => id === params.id),
          caller,
          contract,
        )
        return charge
      },
    }),
    operation('POST /v1/customers', {
      idempotency: 'optional',
      body: NewCustomer,
      handler: ({ body }) => created({ id: 'cus_6', ...body }),
    }),
    operation('GET /v1/customers', {
      query: PageOf,
      handler({ query: { limit, starting_after } }) {
        const from = customers.findIndex(({ id }) => id === starting_after) + 1
        return { data: customers.slice(from, from + limit), has_more: from + limit < customers.length }
      },
    }),
    operation('POST /v1/sessions', { handler: () => created({ id: 'se_1' }) }),
  ],
})

const { url, close } = await listen(api, { port: 0 })

export { close, url as baseUrl }

/** The platform's `fetch`, on a connection that breaks before an answer arrives, the first `times` times. */
export function losing(times: number): Fetch {
  let left = times
  return async (address, init) => {
    const response = await fetch(address, init)
    if (left-- > 0)
      throw new TypeError('fetch failed', { cause: Object.assign(new Error('reset'), { code: 'ECONNRESET' }) })
    return response
  }
}
