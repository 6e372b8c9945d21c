import { defineContract } from 'culpa'
import { fieldErrors } from 'culpa/profiles'

/** Every way the field-errors API of the sandbox can fail. */
export function fieldErrorsContract(origin: string) {
  return defineContract({
    profile: fieldErrors,
    docs: `${origin}/field-errors/errors`,
    errors: {
      payment_declined: {
        status: 422,
        message: 'The card was declined.',
        showToUser: true,
        causes: ['The bank that issued the card refused the payment.'],
        fix: 'Show the message beside the card and ask for another one.',
      },
    },
    builtins: {
      resource_exists: {
        causes: ['A duplicate record: the reference belongs to another payment, which may be deleted by now.'],
        fix: 'Look for the payment with this reference, or use another reference.',
      },
      resource_changed: {
        causes: ['A lost race: the version sent is not the current one.'],
      },
      resource_locked: {
        causes: ['Somebody locked the payment.'],
        fix: 'Send the request again once the payment is unlocked.',
      },
    },
  })
}

export type FieldErrorsContract = ReturnType<typeof fieldErrorsContract>
