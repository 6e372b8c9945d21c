import type { DatabaseSync } from 'node:sqlite'
import { expectTypeOf, test } from 'vitest'
import { z } from 'zod'
import type { ApiError } from '../contract/api-error.ts'
import { type CodesOf, type Contract, defineContract } from '../contract/define-contract.ts'
import { sqliteIdempotency } from '../stores/sqlite.ts'
import { operationsFor } from './operations-for.ts'

const contract = defineContract({
  docs: '/errors',
  errors: {
    card_declined: { status: 402, message: 'Declined.', details: z.object({ decline_code: z.string() }) },
    account_closed: { status: 409, message: 'Closed.' },
  },
})
type Errors = typeof contract extends Contract<infer Declared> ? Declared : never
const operation = operationsFor<Errors, { run: () => void }>(contract)

// Nothing of these runs: the compiler checks them, and `@ts-expect-error` fails where there is no error.

test('the codes of a contract are a type: its own and the built-in ones', () => {
  expectTypeOf<'card_declined'>().toExtend<CodesOf<typeof contract>>()
  expectTypeOf<'rate_limited'>().toExtend<CodesOf<typeof contract>>()
  expectTypeOf<'made_up'>().not.toExtend<CodesOf<typeof contract>>()
})

test('errors inside a handler holds only the codes the operation declared', () => {
  operation('POST /charges', {
    errors: ['card_declined', 'resource_missing'],
    handler({ errors }) {
      expectTypeOf(errors).toHaveProperty('card_declined')
      expectTypeOf(errors).toHaveProperty('resource_missing')
      expectTypeOf(errors).not.toHaveProperty('account_closed')
      expectTypeOf<keyof typeof errors>().toEqualTypeOf<'card_declined' | 'resource_missing'>()
    },
  })
})

test('without errors a handler has none to throw', () => {
  operation('GET /charges', {
    handler({ errors }) {
      expectTypeOf<keyof typeof errors>().toEqualTypeOf<never>()
    },
  })
})

test('an undeclared code does not compile', () => {
  operation('POST /charges', {
    errors: ['account_closed'],
    handler({ errors }) {
      // @ts-expect-error: the operation declares account_closed only
      void errors.card_declined
    },
  })
  try {
    // @ts-expect-error: the contract declares no such code
    operation('POST /charges', { errors: ['made_up'], handler: () => undefined })
  } catch {}
})

test('details are typed and required', () => {
  const { card_declined, account_closed } = contract.errors
  const error = card_declined({ details: { decline_code: 'lost_card' } })
  expectTypeOf(error).toEqualTypeOf<ApiError<'card_declined', { decline_code: string }>>()
  expectTypeOf(error.details?.decline_code).toEqualTypeOf<string | undefined>()
  // @ts-expect-error: details are missing
  card_declined()
  // @ts-expect-error: details are missing
  card_declined({ param: 'source' })
  // @ts-expect-error: decline_code is a string
  card_declined({ details: { decline_code: 42 } })
  // @ts-expect-error: account_closed declares no details
  account_closed({ details: {} })
  account_closed({ param: 'account' })
})

test('a handler gets what its schemas make of path, query, headers and body, and its transaction', () => {
  operation('POST /charges/:id/refunds/:refund', {
    query: z.object({ limit: z.coerce.number() }),
    headers: { 'x-tenant': z.string() },
    body: z.object({ amount: z.number() }),
    handler({ params, query, headers, body, tx }) {
      expectTypeOf(params).toEqualTypeOf<Readonly<Record<'id' | 'refund', string>>>()
      expectTypeOf(query).toEqualTypeOf<{ limit: number }>()
      expectTypeOf(headers['x-tenant']).toEqualTypeOf<string>()
      expectTypeOf(body).toEqualTypeOf<{ amount: number }>()
      expectTypeOf(tx).toEqualTypeOf<{ run: () => void }>()
    },
  })
})

test('an operation has one of the known methods and a path', () => {
  const wrong = () => {
    // @ts-expect-error: no such method
    operation('BREW /pots', { handler: () => undefined })
    // @ts-expect-error: no path
    operation('GET', { handler: () => undefined })
  }
  expectTypeOf(wrong).toBeFunction()
})

test('with a transactional store tx is its handle; without one there is none', () => {
  const typed = (db: DatabaseSync) => {
    operationsFor(contract, sqliteIdempotency(db))('POST /charges', {
      handler({ tx }) {
        expectTypeOf(tx).toEqualTypeOf<DatabaseSync>()
      },
    })
    operationsFor(contract)('POST /charges', {
      handler({ tx }) {
        expectTypeOf(tx).toEqualTypeOf<undefined>()
      },
    })
  }
  expectTypeOf(typed).toBeFunction()
})
