export type { ApiCall } from './api-call.ts'
export {
  type AnyDetails,
  ApiClientError,
  type FieldError,
  type Outcome,
  type Stopped,
} from './api-client-error.ts'
export type { ApiResponse } from './api-response.ts'
export type { Attempt, SentAttempt } from './attempt-record.ts'
export type { CallEvent, CallInput, CallOptions, ClientOptions, Fetch, Hooks, Limits } from './client-options.ts'
export type { Clock } from './clock.ts'
export {
  ApiConnectionError,
  ApiTimeoutError,
  type ConnectionCode,
  InvalidResponseError,
  RequestAbortedError,
} from './connection-errors.ts'
export { type ClientContract, type ContractFacts, contractFacts } from './contract-facts.ts'
export { createClient } from './create-client.ts'
export type { BodyFormat } from './decode-body.ts'
export { fromJSON } from './from-json.ts'
export * from './guards.ts'
export type { IdempotencyMode } from './idempotency-key.ts'
export type { Client, UntypedClient } from './make-client.ts'
export type { ApiShape, CallError, DataOf, ErrorsOf, InputOf } from './operation-types.ts'
export type { QueryValue } from './request-url.ts'
export {
  ApiError,
  ApiResponseError,
  AuthenticationError,
  CardError,
  ConflictError,
  IdempotencyError,
  InvalidRequestError,
  NotFoundError,
  PermissionError,
  RateLimitError,
} from './response-errors.ts'
export type { SafeResult } from './safe-result.ts'
