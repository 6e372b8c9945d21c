import { defineContract } from 'culpa'
import { stripe } from 'culpa/profiles'
import { z } from 'zod'

const declineDetails = z.object({
  decline_code: z
    .string()
    .max(40)
    .regex(/^[a-z_]+$/)
    .describe('Why the bank refused: insufficient_funds, lost_card, stolen_card, generic_decline and others.'),
  charge: z
    .string()
    .max(40)
    .regex(/^ch_\w+$/)
    .describe('The attempt that failed. No money moved.'),
})
const declineExample = { decline_code: 'insufficient_funds', charge: 'ch_1a2b3c' }
const declined = {
  status: 402,
  type: 'card_error',
  showToUser: true,
  details: declineDetails,
  example: declineExample,
} as const

/** Every way the stripe API of the sandbox can fail. */
export function stripeContract(origin: string) {
  return defineContract({
    profile: stripe,
    docs: `${origin}/stripe/errors`,
    errors: {
      card_declined: {
        ...declined,
        message: 'Your card was declined.',
        causes: ['The bank that issued the card refused the charge.'],
        fix: 'Ask for another card; decline_code says why this one was refused.',
      },
      expired_card: {
        ...declined,
        message: 'Your card has expired.',
        causes: ['The expiry date of the card has passed.'],
        fix: 'Ask for another card.',
      },
      incorrect_cvc: {
        ...declined,
        message: "Your card's security code is incorrect.",
        causes: ['The security code does not belong to the card.'],
        fix: 'Ask for the security code again.',
      },
      processing_error: {
        ...declined,
        message: 'An error occurred while processing your card. Try again in a little bit.',
        causes: ['The bank could not process the charge at this moment.'],
        fix: 'Charge anew, later or with another card. The new attempt needs a new idempotency key: the old one keeps this answer.',
      },
      card_network_unavailable: {
        status: 424,
        message: 'The card network behind the processor did not answer; nothing was charged.',
        causes: ['A network outside of this API is down.'],
        fix: 'Charge anew later. The new attempt needs a new idempotency key: the old one keeps this answer.',
      },
      amount_too_small: {
        status: 400,
        message: 'Amount must be at least 50 of the smallest unit of the currency.',
        causes: ['The amount is below the minimum of a charge.'],
        fix: 'Charge at least the minimum.',
      },
      charge_already_refunded: {
        status: 400,
        message: 'The charge has already been refunded.',
        causes: ['The whole charge was refunded before.'],
        fix: 'Nothing is left to do.',
      },
      refund_exceeds_charge: {
        status: 400,
        message: 'The refund is larger than what is left of the charge.',
        causes: ['Earlier refunds of the charge took part of it.'],
        fix: 'Refund at most what is left.',
      },
    },
  })
}

export type StripeContract = ReturnType<typeof stripeContract>
