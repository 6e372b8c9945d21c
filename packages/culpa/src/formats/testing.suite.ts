import type { Format, WireError } from './format.ts'

/** One error with all that a format may carry. */
export const declined: WireError = {
  status: 402,
  title: 'Payment Required',
  code: 'card_declined',
  type: 'card_error',
  message: 'Your card was declined.',
  param: 'source',
  details: { decline_code: 'lost_card', attempts: 2 },
  docUrl: 'https://docs.example.com/errors/card_declined',
  retryAfterSeconds: 12,
  validation: false,
  problems: [],
}

/** A validation error with two violations. */
export const invalid: WireError = {
  status: 422,
  title: 'Unprocessable Content',
  code: 'validation_failed',
  type: 'invalid_request_error',
  message: 'The body is invalid.',
  validation: true,
  problems: [
    { code: 'parameter_invalid', type: 'invalid_request_error', message: 'Is no address.', param: 'email' },
    { code: 'too_small', type: 'invalid_request_error', message: 'Must be at least 1.', param: 'items.0.qty' },
  ],
}

/** Two errors of one request. */
export const several: WireError = {
  status: 400,
  title: 'Bad Request',
  code: 'amount_too_small',
  type: 'invalid_request_error',
  message: 'Too small.',
  param: 'amount',
  docUrl: '/errors/amount_too_small',
  validation: false,
  problems: [
    { code: 'amount_too_small', type: 'invalid_request_error', message: 'Too small.', param: 'amount' },
    { code: 'card_declined', type: 'card_error', message: 'Declined.', details: { decline_code: 'lost_card' } },
  ],
}

/** The body of an error as a caller gets it. */
export const encodedBy = (format: Format) => (error: WireError) => JSON.stringify(format.encode(error))
