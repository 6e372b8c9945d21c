export {
  ApiError,
  type ApiErrorOptions,
  isApiError,
  refusal,
  several,
  type Violation,
} from './contract/api-error.ts'
export { type BuiltinCode, type Builtins, builtins } from './contract/builtins.ts'
export { ContractError } from './contract/contract-error.ts'
export type { ErrorDeclaration, ErrorDeclarations, Fold, ResolvedError, RetryAdvice } from './contract/declaration.ts'
export {
  type CodesOf,
  type Contract,
  type ContractDefinition,
  defineContract,
  type ErrorFactories,
} from './contract/define-contract.ts'
export {
  type BuiltinOverride,
  type FormatName,
  formatNames,
  type Profile,
  type StatusText,
} from './contract/profile.ts'
export { type Api, type ApiGuards, type ApiOptions, createApi } from './create-api.ts'
export { type AddressLimitOptions, addressLimit } from './guards/address-limit.ts'
export { type ApiKeyOptions, apiKeys } from './guards/api-keys.ts'
export { type IdempotencyOptions, idempotency } from './guards/idempotency.ts'
export { formatKey, type KeyParts, parseKey } from './guards/key-format.ts'
export { type IssueOptions, type KeyIssuer, keyIssuer, type Peppers, revokeKey } from './guards/key-issuer.ts'
export type { LimitRate } from './guards/limit-policy.ts'
export { type Maintenance, maintenance } from './guards/maintenance.ts'
export { type OverloadOptions, overload } from './guards/overload.ts'
export { type LimitDefinition, type RateLimitOptions, rateLimits } from './guards/rate-limits.ts'
export { type OwnedResource, requireOwned } from './guards/tenant.ts'
export { type AccessLogOptions, type AccessRecord, accessLog } from './server/access-log.ts'
export { clientAddress } from './server/client-address.ts'
export type { CorsOptions } from './server/cors.ts'
export type { Exchange } from './server/exchange.ts'
export type { CompiledGuard, Fail, Guard, Run, Stage, Step } from './server/guard.ts'
export type { FailureSource, Log, LogEvent, Traffic } from './server/log.ts'
export { logFailures } from './server/log-failures.ts'
export { logs } from './server/logs.ts'
export { type Metrics, type MetricsOptions, metrics, metricsMediaType } from './server/metrics.ts'
export { type Handling, type MountedApis, mountApis } from './server/mount.ts'
export type {
  HandlerInput,
  Operation,
  OperationDefinition,
  Outcome,
  RenamedCodes,
  TypedOperation,
} from './server/operation.ts'
export { operationsFor } from './server/operations-for.ts'
export { type LogRecorder, type LogRecorderOptions, type LogRecorderState, recordLog } from './server/record-log.ts'
export { created, type HandlerReply, type HeaderPair, noContent, type Reply, reply } from './server/reply.ts'
export type { ApiRequest } from './server/request.ts'
export type * from './server/stores.ts'
export type { Trace } from './server/trace.ts'
export { callUpstream, type UpstreamAnswer, type UpstreamOptions } from './server/upstream.ts'
