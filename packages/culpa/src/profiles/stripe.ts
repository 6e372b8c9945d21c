import type { Profile } from '../contract/profile.ts'

/**
 * For APIs that Stripe's own clients shall understand. Statuses and the four types are those of
 * https://docs.stripe.com/api/errors. Stripe's libraries choose the exception for 401, 403 and 429 by status, so those
 * need no type of their own.
 * @example
 * const contract = defineContract({
 *   profile: stripe,
 *   docs: 'https://docs.example.com/errors',
 *   errors: { card_declined: { status: 402, message: 'Your card was declined.', showToUser: true } },
 * })
 */
export const stripe = {
  name: 'stripe',
  format: 'stripe',
  summary:
    'Status 2xx means success, 4xx that the call failed because of what was sent, be it a lacking parameter or a ' +
    'declined card, and 5xx, seldom, that the servers failed. Every failure is one error object: its type is one ' +
    'of four, its code tells a program what happened, and doc_url leads to the page of that code. Callers whose ' +
    'library raises exceptions tell 401, 403 and 429 by the status, since they have no type of their own.',
  statuses: {
    200: {
      name: 'OK',
      meaning: 'The call succeeded and the body is the object or list it asked for.',
      causes: ['The call was valid and permitted.'],
      fix: 'Continue with the returned object.',
    },
    400: {
      name: 'Bad Request',
      meaning: 'The call could not be accepted, most often for a parameter.',
      causes: [
        'A parameter that must be present is absent.',
        'A parameter that is unknown or has an invalid value.',
        'An idempotency key that belongs to a different call (type idempotency_error).',
      ],
      fix: 'Look at param and code, change the call accordingly.',
    },
    401: {
      name: 'Unauthorized',
      meaning: 'The call carried no API key that works.',
      causes: ['An absent, mistyped, expired or revoked key.'],
      fix: 'Configure the secret key of the right environment.',
    },
    402: {
      name: 'Request Failed',
      meaning: 'All parameters were fine and the operation failed nevertheless, as when a bank declines.',
      causes: ['A declined, expired or blocked card.', 'Insufficient funds.'],
      fix: 'Let the customer choose another way to pay; decline_code says how to word it.',
    },
    403: {
      name: 'Forbidden',
      meaning: 'The API key works but has not been given the permissions for this call.',
      causes: ['A restricted key without the permission.', 'A suspended account.'],
      fix: 'Grant the permission to the key, or call with another key.',
    },
    404: {
      name: 'Not Found',
      meaning: 'The account holds no object with this id, or the path does not exist.',
      causes: ['A mistyped or deleted id.', 'An id of another account or environment.', 'A wrong path.'],
      fix: 'Check the id, and that key and id are of the same environment.',
    },
    409: {
      name: 'Conflict',
      meaning: 'The call cannot run beside, or after, another call.',
      causes: [
        'A call with the same idempotency key is not finished.',
        'An object that another call holds or changed.',
      ],
      fix: 'Wait as Retry-After says if it is there; else retrieve the object and look.',
    },
    424: {
      name: 'External Dependency Failed',
      meaning: 'A dependency outside of the API failed, so the call could not be completed.',
      causes: ['A card network or bank that the call depends on is failing.'],
      fix: 'Retry later with the same idempotency key, or offer another way to pay.',
    },
    429: {
      name: 'Too Many Requests',
      meaning: 'Calls follow each other too quickly.',
      causes: ['More calls a second than the account may make.'],
      fix: 'Hold for Retry-After; spread the calls with exponential backoff.',
    },
    500: {
      name: 'Internal Server Error',
      meaning: 'The servers failed on this call.',
      causes: ['An error in the servers.'],
      fix: 'Back off exponentially, then repeat the call under the same idempotency key.',
    },
    502: {
      name: 'Bad Gateway',
      meaning: 'The servers got no sensible answer from the payment processor.',
      causes: ['The processor refused the connection or garbled its answer.'],
      fix: 'Retry soon under the same idempotency key.',
    },
    503: {
      name: 'Service Unavailable',
      meaning: 'The servers accept no calls at present.',
      causes: ['Overload.', 'Maintenance.', 'A payment processor that is down.'],
      fix: 'Retry as soon as Retry-After permits.',
    },
    504: {
      name: 'Gateway Timeout',
      meaning: 'The payment processor had not answered when the time for this call was up.',
      causes: ['A processor that is slow or does not respond.'],
      fix: 'Retry under the same idempotency key: only so can the call not take effect twice.',
    },
  },
  types: {
    api_error: 'Any failure that is neither the call’s nor the card’s: the servers, or something they depend on.',
    card_error: 'A card that cannot be charged. The message may be shown to the customer.',
    idempotency_error: 'An idempotency key that was used before with another endpoint or other parameters.',
    invalid_request_error:
      'A call with invalid parameters, target or key; also one that lacks a permission or is too fast.',
  },
  typeByStatus: { 402: 'card_error', 424: 'api_error' },
  builtins: {
    idempotency_key_reused: {
      status: 400,
      type: 'idempotency_error',
      why: 'Stripe’s clients raise their idempotency exception for the type idempotency_error on a 400; on a 409 or 422 they would report a failure of the API.',
    },
  },
  foreignResource: 404,
  bodyViolations: 'parameter',
  docUrlInBody: true,
} as const satisfies Profile
