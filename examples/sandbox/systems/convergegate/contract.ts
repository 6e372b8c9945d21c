import { defineContract } from 'culpa'
import { convergegate } from 'culpa/profiles'
import { z } from 'zod'

/** Why a voucher was declined. */
export const declineCodes = [
  'customer_mismatch',
  'account_duplicated',
  'account_restricted',
  'country_restricted',
] as const

/** Every way the convergegate API of the sandbox can fail. */
export function convergegateContract(origin: string) {
  return defineContract({
    profile: convergegate,
    docs: `${origin}/convergegate/errors`,
    errors: {
      voucher_declined: {
        status: 402,
        type: 'voucher_error',
        details: z.object({
          charge_id: z
            .string()
            .max(40)
            .regex(/^cgch_\w+$/)
            .describe('The attempt that failed. No money moved.'),
          decline_code: z.enum(declineCodes).describe('Why the voucher was refused: the causes above tell them apart.'),
        }),
        example: { charge_id: 'cgch_1a2b3c', decline_code: 'customer_mismatch' },
        message: 'The voucher was declined.',
        causes: [
          'customer_mismatch: the voucher was issued to somebody else.',
          'account_duplicated: its holder has a second account.',
          'account_restricted: the account behind it must not pay now.',
          'country_restricted: it is not valid in the country of the customer.',
        ],
        fix: 'Ask for another voucher; decline_code says why this one was refused, charge_id which attempt it was.',
      },
    },
  })
}

export type ConvergegateContract = ReturnType<typeof convergegateContract>
