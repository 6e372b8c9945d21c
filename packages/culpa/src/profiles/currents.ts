import type { Profile } from '../contract/profile.ts'

/**
 * For APIs with the most common status table and the plainest envelope, `status` and `error`. Table after the API
 * reference of Currents (https://docs.currents.dev). Types are not on the wire; logs and the reference use them.
 * @example
 * const contract = defineContract({
 *   profile: currents,
 *   docs: '/errors',
 *   errors: { run_finished: { status: 402, message: 'The run has finished and cannot be cancelled.' } },
 * })
 */
export const currents = {
  name: 'currents',
  format: 'currents',
  summary:
    'Status 2xx means success, 4xx that the operation failed for what the request contained, 5xx that the service ' +
    'failed. Every failure has the body {"status": "FAILED", "error": "…"}; which failure it is stands in the ' +
    'Error-Code header, so that no program has to read the text.',
  statuses: {
    200: {
      name: 'OK',
      meaning: 'All went well; the projects or runs are in the body.',
      causes: ['The key may do this and the request was in order.'],
      fix: 'Process the data.',
    },
    400: {
      name: 'Bad Request',
      meaning: 'The service rejects the request as it stands.',
      causes: ['A required parameter is absent.', 'A parameter or field has an unusable value.', 'Broken JSON.'],
      fix: 'Add or correct the parameter that the error names.',
    },
    401: {
      name: 'Unauthorized',
      meaning: 'No API key that the service knows came with the request.',
      causes: ['The Authorization header was forgotten.', 'The key is wrong, expired or revoked.'],
      fix: 'Send a key from the settings of your organisation as a bearer token.',
    },
    402: {
      name: 'Request Failed',
      meaning: 'The request was valid, but what it asked for could not be done.',
      causes: ['A rule of the service or the state of the run forbids the operation.'],
      fix: 'Look at the code to learn what failed; the same request will not succeed until that changes.',
    },
    403: {
      name: 'Forbidden',
      meaning: 'The API key is valid, but its permissions do not cover this request.',
      causes: ['A read-only key was used to create or cancel a run.', 'The organisation of the key is suspended.'],
      fix: 'Use a key that has the permission.',
    },
    404: {
      name: 'Not Found',
      meaning: 'The project or run is not known, or the path is not one of this API.',
      causes: ['A mistyped id or path.', 'A deleted run.', 'A project of another organisation.'],
      fix: 'List the projects or runs to find the right id.',
    },
    409: {
      name: 'Conflict',
      meaning: 'The request collides with another one.',
      causes: ['Two callers change the same run at once.', 'The first try of a request is still running.'],
      fix: 'Fetch the run anew, or wait for the other request to end.',
    },
    429: {
      name: 'Too Many Requests',
      meaning: 'The service was called too often within a short time.',
      causes: ['Polling without pauses.', 'Many jobs that share one key.'],
      fix: 'Honour Retry-After, then back off exponentially.',
    },
    500: {
      name: 'Internal Server Error',
      meaning: 'The service made a mistake while handling the request.',
      causes: ['A defect of the service.'],
      fix: 'Repeat the request with growing pauses; report the request id if that does not help.',
    },
    502: {
      name: 'Bad Gateway',
      meaning: 'A part of the service behind the API answered nonsense or hung up.',
      causes: ['A backend that is restarting or broken.'],
      fix: 'Repeat the request after a short pause.',
    },
    503: {
      name: 'Service Unavailable',
      meaning: 'The service is overloaded, closed for maintenance, or missing a part that it needs.',
      causes: ['Peak load.', 'Maintenance.', 'A backend that is down.'],
      fix: 'Repeat the request after the seconds in Retry-After.',
    },
    504: {
      name: 'Gateway Timeout',
      meaning: 'A part of the service behind the API needed too long.',
      causes: ['A backend that hangs.'],
      fix: 'Repeat the request with exponential backoff and the same idempotency key.',
    },
  },
  types: {
    api_error: 'The service failed.',
    authentication_error: 'The API key is absent or not accepted.',
    conflict_error: 'Another request or the state of the resource is in conflict with this one.',
    invalid_request_error: 'The request is wrong, or what it names does not exist.',
    permission_error: 'The API key does not have the permission.',
    rate_limit_error: 'The service was called too often.',
    request_failed_error: 'A valid request whose operation could not be completed.',
  },
  typeByStatus: {
    401: 'authentication_error',
    402: 'request_failed_error',
    403: 'permission_error',
    409: 'conflict_error',
    429: 'rate_limit_error',
  },
  foreignResource: 404,
} as const satisfies Profile
