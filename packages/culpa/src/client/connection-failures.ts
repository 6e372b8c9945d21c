import type { Outcome } from './api-client-error.ts'
import { ApiConnectionError, ApiTimeoutError, InvalidResponseError, RequestAbortedError } from './connection-errors.ts'
import { member } from './safe-cause.ts'

/** How a call came to nothing without an error of the server. */
export interface Failure {
  readonly cause?: unknown
  /** `connect`: nothing of the request was sent. */
  readonly phase: 'connect' | 'exchange'
  /** Taken out of all texts. */
  readonly secrets?: readonly string[] | undefined
}

/**
 * The error of a connection that did not come about, or broke.
 * @example
 * throw connectionError({ cause: thrown, phase: 'connect', secrets: [apiKey] })
 */
export function connectionError(failure: Failure): ApiConnectionError {
  const isUnsent = failure.phase === 'connect'
  const rawCode = codeOf(failure.cause)
  const said = isUnsent ? 'The API could not be reached' : 'The connection broke before the response was whole'
  return new ApiConnectionError({
    ...failure,
    outcome: outcomeOf(failure),
    code: isUnsent ? 'connection_failed' : 'connection_lost',
    message: rawCode === undefined ? `${said}.` : `${said} (${rawCode}).`,
    rawCode,
  })
}

/** The error of an attempt that took longer than `timeoutMs`. */
export function timeoutError(failure: Failure & { readonly timeoutMs: number }): ApiTimeoutError {
  const message = `No whole response within ${failure.timeoutMs} ms.`
  return new ApiTimeoutError({
    ...failure,
    outcome: outcomeOf(failure),
    type: 'api_connection_error',
    code: 'timeout',
    message,
  })
}

/** The error of a call that its caller ended; `cause` is the reason of the signal. */
export function abortedError(failure: Failure): RequestAbortedError {
  return new RequestAbortedError({
    ...failure,
    outcome: outcomeOf(failure),
    code: 'aborted',
    message: 'The caller aborted the request.',
  })
}

/**
 * The error of a success that is none.
 * @param response what is wrong with it, its status, and what the parser threw
 */
export function invalidResponseError(
  response: Failure & { readonly invalid: string; readonly status: number; readonly requestId?: string | undefined },
): InvalidResponseError {
  return new InvalidResponseError({ ...response, code: 'response_invalid', message: response.invalid })
}

function outcomeOf({ phase }: Failure): Outcome {
  return phase === 'connect' ? 'not_sent' : 'unknown'
}

/** The system's code of a failure, which Node and Bun hang on a cause of what `fetch` throws. */
function codeOf(thrown: unknown, depth = 5): string | undefined {
  const code = member(thrown, 'code')
  if (typeof code === 'string' || depth === 0) return code as string | undefined
  return codeOf(member(thrown, 'cause'), depth - 1)
}
