import { defineContract, operationsFor, several } from 'culpa'
import { capture } from 'culpa/profiles'
import { z } from 'zod'

export const contract = defineContract({
  profile: capture,
  docs: 'https://docs.example.com/errors',
  errors: {
    card_declined: {
      status: 402,
      type: 'card_error',
      message: 'Your card was declined.',
      showToUser: true,
      details: z.object({ decline_code: z.string() }),
      example: { decline_code: 'lost_card' },
      causes: ['The issuer refused the charge.'],
      fix: 'Ask for another card.',
      retry: 'never',
    },
    amount_too_small: { status: 400, message: 'The amount is too small.' },
    currency_unsupported: { status: 400, message: 'The currency is not supported.' },
  },
})

export const reworded = () =>
  // docs/contract.md: built-in codes
  defineContract({
    docs: '/errors',
    builtins: { rate_limited: { message: 'Slow down.', code: 'too_many_requests' } },
  })

export const contradiction = () =>
  defineContract({ profile: capture, docs: '/errors', errors: { card_declined: { status: 451, message: 'No.' } } })

const operation = operationsFor(contract)

export const throwing = [
  operation('POST /declined', {
    errors: ['card_declined'],
    handler({ errors }) {
      throw errors.card_declined({ param: 'source', details: { decline_code: 'lost_card' } })
    },
  }),
  operation('POST /several', {
    errors: ['amount_too_small', 'currency_unsupported'],
    handler({ errors }) {
      throw several([errors.amount_too_small({ param: 'amount' }), errors.currency_unsupported({ param: 'currency' })])
    },
  }),
]
