import type { Profile } from '../contract/profile.ts'

/**
 * For APIs that report several problems of one request at once, in a list instead of Stripe's one error object,
 * and with the shortest status table of all: no 405, 406, 409, 410, 422 or 429; those go out as 400 or 404 and keep
 * their code.
 * @example
 * const contract = defineContract({
 *   profile: errorList,
 *   docs: '/errors',
 *   errors: { card_declined: { status: 402, message: 'Your card was declined.', showToUser: true } },
 * })
 */
export const errorList = {
  name: 'error-list',
  format: 'error-list',
  summary:
    'Status 2xx means success, 4xx that the request failed for what it contained, 5xx, which is rare, that the API ' +
    'failed. A charge that the bank refuses is a 402, although nothing was wrong with the request. The body ' +
    'lists every problem that was found, each with a type, a code and a message, and with the parameter where it has one.',
  statuses: {
    200: {
      name: 'OK',
      meaning: 'The charge or the list of charges follows in the body.',
      causes: ['No problem was found.'],
      fix: 'Take the result from the body.',
    },
    400: {
      name: 'Bad Request',
      meaning: 'One or more things about the request are wrong; the body lists each of them.',
      causes: [
        'A required parameter is not there.',
        'A parameter has a value that cannot be used.',
        'A failure without a status of its own in this API, such as a rate limit or a conflict: its code says which.',
      ],
      fix: 'Go through the list and settle every entry before sending the request again.',
    },
    401: {
      name: 'Unauthorized',
      meaning: 'This is only for callers who are logged in, and you are not.',
      causes: ['No API key was sent.', 'The key is wrong, expired or revoked.'],
      fix: 'Log in: send a valid API key with each request.',
    },
    402: {
      name: 'Request Failed',
      meaning: 'The request was in order, yet the charge did not succeed.',
      causes: ['The bank declined the card.'],
      fix: 'Ask for another card; the same one will be declined again.',
    },
    403: {
      name: 'Forbidden',
      meaning: 'You are logged in, but this is closed to you.',
      causes: ['Your key lacks the permission.', 'Your organisation is suspended.'],
      fix: 'Ask whoever administers your keys for access.',
    },
    404: {
      name: 'Not Found',
      meaning: 'What the request points to is not there.',
      causes: ['A wrong charge id.', 'A mistake in the URL.', 'A charge that belongs to somebody else.'],
      fix: 'Correct the id or the URL.',
    },
    500: {
      name: 'Internal Server Error',
      meaning: 'The API stumbled over an error of its own.',
      causes: ['A bug in the API.'],
      fix: 'Send the request again with exponential backoff; mention the request id to support.',
    },
    502: {
      name: 'Bad Gateway',
      meaning: 'The payment network behind the API returned something unintelligible.',
      causes: ['A broken connection to the payment network.'],
      fix: 'Send the request again shortly, under the same idempotency key.',
    },
    503: {
      name: 'Service Unavailable',
      meaning: 'The API is busy or switched off for now.',
      causes: ['High load.', 'Maintenance work.', 'The payment network is down.'],
      fix: 'Send the request again when Retry-After is over.',
    },
    504: {
      name: 'Gateway Timeout',
      meaning: 'The payment network let the API wait too long.',
      causes: ['A payment network that hangs.'],
      fix: 'Send the request again with backoff, under the same idempotency key.',
    },
  },
  types: {
    api_error: 'A problem of the API itself.',
    authentication_error: 'You are not logged in.',
    card_error: 'The card was refused.',
    invalid_request_error: 'A problem of the request: a parameter, its target, or the moment it was sent.',
    permission_error: 'You are logged in but have no access.',
    rate_limit_error: 'You sent too many requests; sent with status 400 and Retry-After.',
  },
  typeByStatus: {
    401: 'authentication_error',
    402: 'card_error',
    403: 'permission_error',
    429: 'rate_limit_error',
  },
  builtins: {
    api_key_missing: {
      message: 'You are not logged in: no API key was sent.',
    },
  },
  foreignResource: 404,
} as const satisfies Profile
