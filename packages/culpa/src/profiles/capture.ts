import type { Profile } from '../contract/profile.ts'

/**
 * For APIs whose resources can be hidden, removed and asked for in the wrong form: the one profile with 405, 406 and
 * 410. Table and types after Capture's error page.
 * @example
 * const contract = defineContract({
 *   profile: capture,
 *   docs: '/errors',
 *   errors: { prospect_hidden: { status: 403, message: 'Only administrators may see this prospect.' } },
 * })
 */
export const capture = {
  name: 'capture',
  format: 'stripe',
  summary:
    'Status 2xx means success, 4xx that the request failed for what it said or asked for, 5xx that the servers failed. ' +
    'A valid request that comes to no good end, such as a charge on a declined card, is a 402. Every failure is one ' +
    'error object with a type, a code and a message, and with the parameter where one is at fault. Client libraries raise ' +
    'an exception for each failure, and one of their own when the API cannot be reached.',
  statuses: {
    200: {
      name: 'OK',
      meaning: 'The request was carried out; prospects and charges are in the body.',
      causes: ['The request was valid and nothing stood in its way.'],
      fix: 'Go on with what the body holds.',
    },
    400: {
      name: 'Bad Request',
      meaning: 'Something in the request is not valid.',
      causes: ['A missing or wrong parameter.', 'A body that is not valid JSON.'],
      fix: 'Read the message, correct the parameter that param names, then send the request anew.',
    },
    401: {
      name: 'Unauthorized',
      meaning: 'The API key was not accepted.',
      causes: ['No key in the request.', 'A key with a typing error.', 'A key that was revoked or has expired.'],
      fix: 'Compare the key with the one in your account.',
    },
    402: {
      name: 'Request Failed',
      meaning: 'Nothing is wrong with the parameters, but the operation did not succeed.',
      causes: ['The card was declined.'],
      fix: 'Show the message of a card error to your user and ask for another card.',
    },
    403: {
      name: 'Forbidden',
      meaning: 'The prospect is hidden: only administrators may see it.',
      causes: [
        'A hidden prospect was asked for with a key that is not an administrator’s.',
        'The key lacks the permission for the operation.',
      ],
      fix: 'Use a key of an administrator, or leave the prospect out.',
    },
    404: {
      name: 'Not Found',
      meaning: 'There is no prospect with this id, or nothing at this URL.',
      causes: ['A wrong id.', 'A prospect of another organisation.', 'A typing error in the URL.'],
      fix: 'Check the id against the list of prospects.',
    },
    405: {
      name: 'Method Not Allowed',
      meaning: 'Prospects cannot be accessed with this method.',
      causes: ['A method that the URL does not support, such as PUT on the list of prospects.'],
      fix: 'Choose a method from the Allow header.',
    },
    406: {
      name: 'Not Acceptable',
      meaning: 'Answers come as JSON only, and the request asked for another format.',
      causes: ['An Accept header that leaves no room for application/json.'],
      fix: 'Accept application/json, or send no Accept header.',
    },
    409: {
      name: 'Conflict',
      meaning: 'Another request got in the way of this one.',
      causes: [
        'The same idempotency key was sent with two different requests.',
        'A retry overtook the request that it repeats.',
      ],
      fix: 'Keep one idempotency key for one request and its retries.',
    },
    410: {
      name: 'Gone',
      meaning: 'The prospect existed once and has been deleted for good.',
      causes: ['Somebody removed the prospect.'],
      fix: 'Delete the id on your side too.',
    },
    429: {
      name: 'Too Many Requests',
      meaning: 'Prospects are asked for faster than the limit allows.',
      causes: ['A loop that fetches prospects one by one without a pause.'],
      fix: 'Slow down: wait as Retry-After says, and fetch lists instead of single prospects.',
    },
    500: {
      name: 'Internal Server Error',
      meaning: 'A server of this API failed.',
      causes: ['An error in the program of the server.'],
      fix: 'Try later, with growing pauses; quote the request id if you ask for help.',
    },
    502: {
      name: 'Bad Gateway',
      meaning: 'The card processor gave the server no usable answer.',
      causes: ['The connection to the processor broke, or its answer was unreadable.'],
      fix: 'Try again a little later with the same idempotency key.',
    },
    503: {
      name: 'Service Unavailable',
      meaning: 'The API is offline for a while, as during planned maintenance.',
      causes: ['Planned maintenance.', 'More load than the servers can bear.'],
      fix: 'Come back after the time in Retry-After.',
    },
    504: {
      name: 'Gateway Timeout',
      meaning: 'The server waited for the card processor and ran out of time.',
      causes: ['A processor that answers slowly or never.'],
      fix: 'Try again with the same idempotency key, so that the card is not charged twice.',
    },
  },
  types: {
    api_connection_error:
      'The network or the API could not be reached. Raised by client libraries only; the API never sends it.',
    api_error: 'A failure on the servers.',
    authentication_error: 'The API key is missing or wrong.',
    card_error: 'The card could not be charged. The message may be shown to the end user.',
    invalid_request_error: 'The request is at fault: its parameters, its method, its format or what it asks for.',
    rate_limit_error: 'Requests came too fast.',
  },
  typeByStatus: { 401: 'authentication_error', 402: 'card_error', 429: 'rate_limit_error' },
  builtins: {
    rate_limited: {
      message: 'Requests are coming in faster than the limit allows.',
      causes: ['More prospects or charges were requested than RateLimit-Policy allows.'],
    },
    method_not_allowed: {
      causes: ['A prospect was accessed with a method that its URL does not support.'],
    },
    not_acceptable: {
      message: 'This API answers in JSON only.',
      causes: ['A format other than JSON was asked for.'],
    },
    resource_missing: {
      causes: ['A wrong id.', 'The resource belongs to another organisation.'],
    },
    resource_gone: {
      causes: ['The prospect was removed.'],
    },
    maintenance: {
      message: 'The API is closed while it is being maintained.',
    },
    idempotency_key_reused: {
      status: 409,
      why: 'This API counts a reused idempotency key as a conflict between the two requests that carried it.',
    },
  },
  foreignResource: 404,
} as const satisfies Profile
