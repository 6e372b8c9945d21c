import { defineContract } from 'culpa'
import { errorList } from 'culpa/profiles'

/** Every way the error-list API of the sandbox can fail. */
export function errorListContract(origin: string) {
  return defineContract({
    profile: errorList,
    docs: `${origin}/error-list/errors`,
    errors: {
      card_declined: {
        status: 402,
        type: 'card_error',
        message: 'Your card was declined.',
        showToUser: true,
        causes: ['The bank that issued the card refused the charge.'],
        fix: 'Ask for another card.',
      },
      amount_too_small: {
        status: 400,
        message: 'The amount must be at least 50 of the smallest unit of the currency.',
        causes: ['The amount is below the minimum of a charge.'],
        fix: 'Charge at least the minimum.',
      },
      currency_unsupported: {
        status: 400,
        message: 'The currency is not supported: use usd, eur or gbp.',
        causes: ['The currency exists, but charges in it are not possible.'],
        fix: 'Charge in a currency that is supported.',
      },
    },
  })
}

export type ErrorListContract = ReturnType<typeof errorListContract>
