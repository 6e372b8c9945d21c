import {
  ApiError,
  AuthenticationError,
  CardError,
  ConflictError,
  IdempotencyError,
  InvalidRequestError,
  NotFoundError,
  PermissionError,
  RateLimitError,
} from 'culpa/client'
import type { SystemName } from './documented.ts'

/** The exceptions that a server's refusal can become. */
export const exceptions = {
  AuthenticationError,
  PermissionError,
  CardError,
  NotFoundError,
  InvalidRequestError,
  RateLimitError,
  ConflictError,
  IdempotencyError,
  ApiError,
}
export type RaisedClass = keyof typeof exceptions

/** Codes by the exception they raise. */
type Raising = Readonly<Partial<Record<RaisedClass, readonly string[]>>>

/** Codes that come out of every system, whatever status and type it folds them to. */
const everywhere: Raising = {
  AuthenticationError: [
    'api_key_missing',
    'api_key_invalid',
    'api_key_revoked',
    'api_key_expired',
    'credentials_ambiguous',
  ],
  PermissionError: ['permission_denied', 'organization_suspended'],
  NotFoundError: ['resource_missing', 'resource_gone', 'route_unknown'],
  InvalidRequestError: [
    'request_malformed',
    'request_timeout',
    'body_too_large',
    'target_too_long',
    'headers_too_large',
    'expectation_failed',
    'method_not_allowed',
    'not_acceptable',
    'unsupported_media_type',
    'body_malformed',
    'parameter_missing',
    'parameter_invalid',
    'parameter_unknown',
    'validation_failed',
    'idempotency_key_malformed',
    'cost_exceeds_limit',
  ],
  RateLimitError: ['rate_limited'],
  ConflictError: ['idempotency_in_progress', 'idempotency_outcome_unknown', 'idempotency_response_expired'],
  IdempotencyError: ['idempotency_key_reused'],
  ApiError: ['maintenance', 'service_unavailable', 'internal_error', 'upstream_invalid', 'upstream_timeout'],
}

/** Codes that come out of one system beside those. */
const besides: Readonly<Record<SystemName, Raising>> = {
  stripe: {
    CardError: ['card_declined', 'expired_card', 'incorrect_cvc', 'processing_error'],
    InvalidRequestError: ['amount_too_small', 'charge_already_refunded', 'refund_exceeds_charge'],
    ConflictError: ['resource_exists'],
    // 424: its type, api_error, says whose fault it is.
    ApiError: ['card_network_unavailable'],
  },
  convergegate: {
    CardError: ['voucher_declined'],
    InvalidRequestError: ['idempotency_key_missing'],
    ConflictError: ['resource_exists'],
  },
  capture: {
    PermissionError: ['prospect_hidden'],
    CardError: ['card_declined'],
    ConflictError: ['resource_exists'],
  },
  'field-errors': {
    PermissionError: ['resource_forbidden'],
    // A form shows a declined card beside its field: 422, and no type that says more.
    InvalidRequestError: ['payment_declined', 'precondition_failed', 'precondition_required'],
    ConflictError: ['resource_exists', 'resource_changed', 'resource_locked'],
  },
  currents: {
    CardError: ['run_not_billed'],
    ConflictError: ['resource_exists', 'resource_changed'],
  },
  'error-list': {
    CardError: ['card_declined'],
    InvalidRequestError: ['amount_too_small', 'currency_unsupported'],
  },
}

/**
 * The exception that each code of a system raises. Written out, not derived: the type in the body decides, then the code,
 * then the status; `invalid_request_error` and `api_error`, in which every fold ends, leave it to code and status.
 */
export function raisedClasses(system: SystemName): ReadonlyMap<string, RaisedClass> {
  const pairs = [everywhere, besides[system]].flatMap((raising) =>
    Object.entries(raising).flatMap(([name, codes]) => codes.map((code) => [code, name as RaisedClass] as const)),
  )
  return new Map(pairs)
}
