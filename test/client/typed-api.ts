import { createApi, created, defineContract, idempotency, noContent, operationsFor } from 'culpa'
import { memoryIdempotency } from 'culpa/memory'
import { stripe } from 'culpa/profiles'
import { z } from 'zod'
import { oneKey } from './with-keys.ts'

export const contract = defineContract({
  profile: stripe,
  docs: 'https://docs.example.com/errors',
  errors: {
    card_declined: {
      status: 402,
      type: 'card_error',
      message: 'Your card was declined.',
      details: z.object({ decline_code: z.enum(['lost_card', 'stolen_card']) }),
    },
    account_closed: { status: 400, message: 'The account is closed.' },
  },
  builtins: { resource_missing: { code: 'no_such_charge' }, api_key_missing: { code: 'key_missing' } },
})
const operation = operationsFor(contract)

export interface Customer {
  readonly id: string
  readonly name: string
}

const { keys, apiKey } = await oneKey()

export { apiKey }

export const api = createApi({
  contract,
  guards: { keys, idempotency: idempotency(memoryIdempotency()) },
  operations: [
    operation('POST /v1/charges', {
      idempotency: 'optional',
      body: z.object({ amount: z.number(), note: z.string().default('') }),
      errors: ['card_declined', 'account_closed'],
      handler({ body, errors }) {
        if (body.amount === 13) throw errors.card_declined({ param: 'source', details: { decline_code: 'lost_card' } })
        if (body.amount === 14) throw errors.account_closed()
        return created({ id: 'ch_1', amount: body.amount, at: new Date(0) })
      },
    }),
    operation('POST /v1/sessions', { handler: () => created({ id: 'se_1' }) }),
    operation('GET /v1/charges/:id', {
      errors: ['resource_missing'],
      handler({ params, errors }) {
        if (params.id === 'none') throw errors.resource_missing()
        return { id: params.id, amount: 1 }
      },
    }),
    operation('DELETE /v1/charges/:id/refunds/:refund', { handler: () => noContent() }),
    operation('GET /v1/customers', {
      query: z.object({ limit: z.coerce.number().default(2), starting_after: z.string().optional() }),
      handler({ query }) {
        const all: Customer[] = ['a', 'b', 'c', 'd', 'e'].map((id) => ({ id, name: id.toUpperCase() }))
        const from = all.findIndex(({ id }) => id === query.starting_after) + 1
        return { data: all.slice(from, from + query.limit), has_more: from + query.limit < all.length }
      },
    }),
  ],
})
