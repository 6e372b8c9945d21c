import { defineContract } from 'culpa'
import { capture } from 'culpa/profiles'

/** Every way the capture API of the sandbox can fail. */
export function captureContract(origin: string) {
  return defineContract({
    profile: capture,
    docs: `${origin}/capture/errors`,
    errors: {
      prospect_hidden: {
        status: 403,
        message: 'Only administrators may see this prospect.',
        causes: ['The prospect is hidden, and the key is not that of an administrator.'],
        fix: 'Use a key with the scope admin, or leave the prospect out.',
      },
      card_declined: {
        status: 402,
        type: 'card_error',
        showToUser: true,
        message: 'Your card was declined.',
        causes: [
          'The bank that issued the card refused the charge.',
          'The account behind the card does not hold enough.',
          'The card has expired, or its security code is wrong.',
        ],
        fix: 'Show the message to your user and ask for another card.',
      },
    },
  })
}

export type CaptureContract = ReturnType<typeof captureContract>
