import { ApiClientError } from './api-client-error.ts'

/** Codes of {@link ApiConnectionError}. No server sends them. */
export type ConnectionCode = 'connection_failed' | 'connection_lost' | 'timeout'

/**
 * No whole response came: the server could not be reached (`connection_failed`), the connection broke (`connection_lost`)
 * or time ran out. `outcome` tells whether the request can have taken effect; `rawCode` is the system's (`ECONNREFUSED`).
 * @example
 * if (error instanceof ApiConnectionError && error.outcome === 'not_sent') queue(payment)
 */
export class ApiConnectionError<Code extends string = ConnectionCode> extends ApiClientError<Code, undefined> {
  static override readonly kind: string = 'ApiConnectionError'
}

/** An attempt took longer than it may, its body included. */
export class ApiTimeoutError extends ApiConnectionError<'timeout'> {
  static override readonly kind: string = 'ApiTimeoutError'
  declare readonly name: 'ApiTimeoutError'
}

/** The caller's own signal ended the call; it is never retried. `cause` is a copy of the reason. */
export class RequestAbortedError extends ApiClientError<'aborted', undefined> {
  static override readonly kind: string = 'RequestAbortedError'
  declare readonly name: 'RequestAbortedError'
}

/** A success whose body is not what it says it is: JSON that cannot be read, text where JSON was asked for. */
export class InvalidResponseError extends ApiClientError<'response_invalid', undefined> {
  static override readonly kind: string = 'InvalidResponseError'
  declare readonly name: 'InvalidResponseError'
}
