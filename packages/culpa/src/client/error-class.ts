import { conflictKind } from './conflict.ts'
import {
  ApiError,
  type ApiResponseError,
  AuthenticationError,
  CardError,
  ConflictError,
  IdempotencyError,
  InvalidRequestError,
  NotFoundError,
  PermissionError,
  RateLimitError,
  type ResponseErrorFields,
} from './response-errors.ts'

type ErrorClass = new (fields: ResponseErrorFields) => ApiResponseError

/**
 * Each class with its types, its codes and its statuses. Codes stand here where a profile folds their status into
 * another. `invalid_request_error` and `api_error` do not: every fold ends in them, so that code and status say more.
 */
const classes: readonly (readonly [Class: ErrorClass, signs: RegExp])[] = [
  [AuthenticationError, /^(authentication_error|api_key_(missing|invalid|revoked|expired)|credentials_ambiguous|401)$/],
  [PermissionError, /^(permission_(error|denied)|403)$/],
  [CardError, /^(card_error|card_declined|voucher_error|402)$/],
  [NotFoundError, /^(not_found_error|resource_(missing|gone)|route_unknown|404|410)$/],
  [RateLimitError, /^(rate_limit_error|rate_limited|429)$/],
  [ConflictError, /^(conflict_error|resource_(exists|changed|locked)|409)$/],
  [ApiError, /^5\d\d$/],
]

/**
 * The class of an error: by its type, else by its code, else by its status. A type or code of digits is no status.
 * @example
 * new (errorClass(429, 'rate_limited', 'invalid_request_error'))(fields) // a RateLimitError
 */
export function errorClass(status: number, code = '', type = ''): ErrorClass {
  const conflict = conflictKind(code, type)
  if (conflict) return conflict === 'reused' ? IdempotencyError : ConflictError
  for (const sign of [...[type, code].filter((one) => /[a-z]/i.test(one)), String(status)]) {
    const found = classes.find(([, signs]) => signs.test(sign))
    if (found) return found[0]
  }
  const isRefused = status >= 400 && type !== 'api_error'
  return isRefused || type === 'invalid_request_error' ? InvalidRequestError : ApiError
}
