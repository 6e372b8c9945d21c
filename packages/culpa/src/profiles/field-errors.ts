import type { Profile } from '../contract/profile.ts'

/**
 * For APIs behind forms: a 422 lists every message of every field, every other failure is one message. 4xx rows say
 * what usually causes them, 5xx rows what to do. The envelope is the one with which
 * Laravel answers a failed validation. Types are not on the wire; logs and the reference use them.
 * @example
 * const contract = defineContract({
 *   profile: fieldErrors,
 *   docs: '/errors',
 *   errors: { email_taken: { status: 409, message: 'A payment for this email is pending.' } },
 * })
 */
export const fieldErrors = {
  name: 'field-errors',
  format: 'field-errors',
  summary:
    'A 4xx status means that the request has to change, and its row lists what usually causes it. A 5xx status means ' +
    'that the fault is not the caller’s, and its row says how to retry. When the fields of a body break rules, the ' +
    'answer is a 422 with an errors object that lists all messages of each field; any other failure has a message only.',
  statuses: {
    200: {
      name: 'OK',
      meaning: 'The payment or report that was asked for is in the body.',
      causes: ['The request was allowed, and its data passed every rule.'],
      fix: 'Use the body.',
    },
    400: {
      name: 'Bad Request',
      meaning: 'The request cannot be read, or one of its parameters is wrong.',
      causes: [
        'A body that does not parse as JSON.',
        'A path, query or header parameter that has to be there is absent.',
        'A value in a form that cannot be read, such as a date that is none.',
      ],
      fix: 'Repair the syntax or the parameter that the message names.',
    },
    401: {
      name: 'Unauthorized',
      meaning: 'The caller has to authenticate, and no usable API key came with the request.',
      causes: ['The Authorization header is missing.', 'The API key is unknown.', 'The API key was revoked.'],
      fix: 'Send a valid key in the Authorization header.',
    },
    403: {
      name: 'Forbidden',
      meaning: 'The API key was recognised but does not open this resource.',
      causes: [
        'The permissions of the API key do not include this operation.',
        'The resource belongs to another organisation.',
      ],
      fix: 'Use a key with the permission, issued to the organisation that owns the resource.',
    },
    404: {
      name: 'Not Found',
      meaning: 'No resource was found at this address.',
      causes: ['The id is malformed or wrong.', 'The resource was deleted.', 'The URL is mistyped.'],
      fix: 'Check the id, then the URL.',
    },
    405: {
      name: 'Method Not Allowed',
      meaning: 'The address is right, the HTTP method is not.',
      causes: ['POST was sent to a route that only answers GET.'],
      fix: 'Send one of the methods that the Allow header lists.',
    },
    409: {
      name: 'Conflict',
      meaning: 'The current state of the resource does not admit this request.',
      causes: [
        'A duplicate record: the same one exists already.',
        'A lost race: somebody else changed it first.',
        'Somebody holds a lock on the resource.',
      ],
      fix: 'Read the resource as it is now, then decide whether the request still makes sense.',
    },
    422: {
      name: 'Unprocessable Entity',
      meaning: 'The JSON is fine, but its data breaks the rules of one or more fields.',
      causes: [
        'A field that the body must have is absent.',
        'A field holds another type than it should, such as text for a number.',
        'A value is larger or smaller than its field allows.',
      ],
      fix: 'Show each message beside its field and send the corrected data.',
    },
    429: {
      name: 'Too Many Requests',
      meaning: 'The rate limit is used up for now.',
      causes: ['A burst: more requests at once than the limit has room for.'],
      fix: 'Pause until Retry-After has passed before any further request.',
    },
    500: {
      name: 'Internal Server Error',
      meaning: 'The server met an error that it did not expect.',
      causes: ['A fault in the server.'],
      fix: 'Back off exponentially between tries, and turn to support when none of them succeeds.',
    },
    502: {
      name: 'Bad Gateway',
      meaning: 'A server further up sent an invalid response, which seldom lasts.',
      causes: ['A passing disturbance at the upstream server.'],
      fix: 'Wait a moment, then send the request again.',
    },
    503: {
      name: 'Service Unavailable',
      meaning: 'The server takes no requests for some time.',
      causes: ['The API is under maintenance.', 'The server is overloaded.'],
      fix: 'Wait as long as Retry-After says; if it lasts longer, look at the status page of whoever runs the API.',
    },
    504: {
      name: 'Gateway Timeout',
      meaning: 'A server further up took too long to respond.',
      causes: ['The upstream server was slow or did not answer.'],
      fix: 'Back off exponentially between tries: a slow server needs time to catch up.',
    },
  },
  types: {
    api_error: 'The failure lies with the API or a server behind it.',
    authentication_error: 'The caller could not be identified.',
    conflict_error: 'The request does not fit the present state of the resource.',
    invalid_request_error: 'The request is malformed or asks for something that is not there.',
    permission_error: 'The caller was identified but may not do this.',
    rate_limit_error: 'The caller went over the rate limit.',
    validation_error: 'One or more fields of the body break a rule.',
  },
  typeByStatus: {
    401: 'authentication_error',
    403: 'permission_error',
    409: 'conflict_error',
    422: 'validation_error',
    429: 'rate_limit_error',
  },
  builtins: {
    resource_missing: {
      causes: ['The id is malformed or wrong.', 'The resource was deleted.'],
    },
    validation_failed: {
      showToUser: true,
      fix: 'Show each message beside its field and send the corrected data.',
    },
    idempotency_key_reused: { type: 'invalid_request_error' },
    internal_error: {
      fix: 'Back off exponentially between tries, and give support the request id when none of them succeeds.',
    },
    upstream_invalid: {
      fix: 'Wait a moment, then send the request again.',
    },
    service_unavailable: {
      fix: 'Wait as long as Retry-After says; if it lasts longer, look at the status page of whoever runs the API.',
    },
    maintenance: {
      fix: 'Wait as long as Retry-After says; if it lasts longer, look at the status page of whoever runs the API.',
    },
  },
  foreignResource: 403,
} as const satisfies Profile
