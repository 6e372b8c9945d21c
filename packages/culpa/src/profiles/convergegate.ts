import type { Profile } from '../contract/profile.ts'

/**
 * For payment APIs that charge vouchers: one error object, five types, no 403. Table after Convergegate's error page
 * (https://developer.convergegate.com).
 * @example
 * const contract = defineContract({
 *   profile: convergegate,
 *   docs: '/errors',
 *   errors: { voucher_declined: { status: 402, message: 'The voucher was declined.' } },
 * })
 */
export const convergegate = {
  name: 'convergegate',
  format: 'stripe',
  summary:
    'Status 2xx means success, 4xx that the request has to change, 5xx that the fault is in the API, which is rare. ' +
    'Every failure is one error object with a type, a code that programs can act on, and a message; a refused voucher ' +
    'also says which charge it concerns and why it was declined.',
  statuses: {
    200: {
      name: 'OK',
      meaning: 'The request succeeded and the answer holds the customer, voucher or charge.',
      causes: ['Every check passed.'],
      fix: 'Read the object from the body.',
    },
    400: {
      name: 'Bad Request',
      meaning: 'The API cannot work with the request as it was sent.',
      causes: [
        'A parameter that the operation cannot do without was left out.',
        'A parameter has a wrong type or a value that is not allowed.',
        'The body is not readable JSON.',
      ],
      fix: 'Correct what the message and param name; the same request fails again.',
    },
    401: {
      name: 'Unauthorized',
      meaning: 'The request came without an API key that is valid for it.',
      causes: [
        'The key is missing, mistyped, expired or revoked.',
        'The key is genuine but not valid for this operation (type permission_error).',
      ],
      fix: 'Send the right key; for a permission_error, use a key that was issued for this operation.',
    },
    402: {
      name: 'Request Failed',
      meaning: 'The request was well formed, yet it could not be carried out: the voucher was refused.',
      causes: [
        'The voucher is tied to another customer (customer_mismatch).',
        'The account exists twice or is restricted (account_duplicated, account_restricted).',
        'Vouchers cannot be used in this country (country_restricted).',
      ],
      fix: 'Branch on the decline code, then ask for another voucher or tell the customer.',
    },
    404: {
      name: 'Not Found',
      meaning: 'Your organisation has no customer, voucher or charge under this id, or the URL leads nowhere.',
      causes: ['A wrong id.', 'A deleted object.', 'An object of another organisation.', 'A mistyped URL.'],
      fix: 'Check the id and the URL.',
    },
    409: {
      name: 'Conflict',
      meaning: 'The request stands in the way of another one.',
      causes: [
        'An idempotency key that was already spent on a different request.',
        'Two requests that touch the same object at the same moment.',
      ],
      fix: 'Take a fresh idempotency key for each new request; otherwise look at the code to see whether to retry.',
    },
    429: {
      name: 'Too Many Requests',
      meaning: 'Requests arrive faster than your limit allows.',
      causes: ['A burst of calls without pauses.', 'Retries that follow each other at once.'],
      fix: 'Wait for Retry-After, then back off exponentially.',
    },
    500: {
      name: 'Internal Server Error',
      meaning: 'The API itself broke down over this request.',
      causes: ['A fault in the software of the API.'],
      fix: 'Back off exponentially between tries; if all of them fail, give the request id to support.',
    },
    502: {
      name: 'Bad Gateway',
      meaning: 'The voucher processor behind the API gave an answer that makes no sense.',
      causes: ['The processor dropped the connection or sent garbage.'],
      fix: 'Retry after a short wait with the same idempotency key.',
    },
    503: {
      name: 'Service Unavailable',
      meaning: 'The API cannot take requests for the moment.',
      causes: ['Too much load.', 'Maintenance.', 'A system that the API relies on is down.'],
      fix: 'Retry once Retry-After has passed.',
    },
    504: {
      name: 'Gateway Timeout',
      meaning: 'The voucher processor did not finish in time.',
      causes: ['A slow or silent processor.'],
      fix: 'Retry with backoff and the same idempotency key: the charge may have gone through.',
    },
  },
  types: {
    api_error: 'A failure of the API, not of the request.',
    authentication_error: 'The API key is missing or is not a valid one.',
    permission_error: 'The API key is genuine but was not given this right.',
    voucher_error: 'A voucher could not be charged; charge_id and decline_code say more.',
    invalid_request_error:
      'The request has to be changed: its parameters, its target, its pace or its idempotency key.',
  },
  typeByStatus: { 401: 'authentication_error', 402: 'voucher_error', 403: 'permission_error' },
  folds: {
    403: {
      to: 401,
      why: 'This API has no 403: a key that is not valid for an operation is refused with 401, like one that is not valid at all, and the type permission_error tells the two apart.',
    },
  },
  builtins: {
    resource_forbidden: {
      status: 404,
      type: 'invalid_request_error',
      why: 'An object of another organisation is answered like one that does not exist, so that ids cannot be probed; nothing is wrong with the key.',
    },
    idempotency_key_reused: {
      status: 409,
      why: 'This API counts a reused idempotency key as a conflict with the request that used the key first.',
    },
  },
  foreignResource: 404,
} as const satisfies Profile
