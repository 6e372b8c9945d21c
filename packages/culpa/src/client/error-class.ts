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
  [AuthenticationError, /^(authentication_|api_key_|credentials_|401)/],
  [PermissionError, /^(permission_|403)/],
  [CardError, /^(card_(error|declined)|voucher_error|402)/],
  [NotFoundError, /^(not_found|resource_(missing|gone)|route_unknown|404|410)/],
  [RateLimitError, /^(rate_limit|429)/],
  [ConflictError, /^(conflict_|resource_(exists|changed|locked)|409)/],
  [ApiError, /^5/],
]

/**
 * The class of an error: by its type, else by its code, else by its status.
 * @example
 * new (errorClass(429, 'rate_limited', 'invalid_request_error'))(fields) // a RateLimitError
 */
export function errorClass(status: number, code?: string, type?: string): ErrorClass {
  const conflict = conflictKind(code, type)
  if (conflict) return conflict === 'reused' ? IdempotencyError : ConflictError
  for (const sign of [type, code, status]) {
    const found = classes.find(([, signs]) => signs.test(String(sign)))
    if (found !== undefined) return found[0]
  }
  const isRefused = status >= 400 && type !== 'api_error'
  return isRefused || type === 'invalid_request_error' ? InvalidRequestError : ApiError
}
