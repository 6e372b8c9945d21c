import { typeOf } from './api-client-error.ts'
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

type ErrorClass = (new (fields: ResponseErrorFields) => ApiResponseError) & { readonly kind: string }

/**
 * Each class with its statuses, its codes and the types it has besides that of its name. Codes stand here where a profile
 * folds their status into another. `InvalidRequestError` and `ApiError` do not: every fold ends in their types, so that
 * code and status say more.
 */
const classes: readonly (readonly [Class: ErrorClass, signs: RegExp])[] = [
  [AuthenticationError, /^(api_key_(missing|invalid|revoked|expired)|credentials_ambiguous|401)$/],
  [PermissionError, /^(permission_denied|403)$/],
  [CardError, /^(card_declined|voucher_error|402)$/],
  [NotFoundError, /^(resource_(missing|gone)|route_unknown|404|410)$/],
  [RateLimitError, /^(rate_limited|429)$/],
  [ConflictError, /^(resource_(exists|changed|locked)|409)$/],
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
    const found = classes.find(([{ kind }, signs]) => sign === typeOf(kind) || signs.test(sign))
    if (found) return found[0]
  }
  const isRefused = status < 400 ? type === 'invalid_request_error' : status < 500 && type !== 'api_error'
  return isRefused ? InvalidRequestError : ApiError
}
