import { ApiConnectionError, RequestAbortedError } from './connection-errors.ts'
import { member, type Scrub } from './plain.ts'

/** The connection did not come about: codes of the system, of undici (Node) and of Bun, or the system call that failed. */
const unreached = /refused|notfound|und_err_connect|failedtoopen| (connect|getaddrinfo)$/i

/** Codes of TLS: the other side does not prove who it must be. */
export const untrusted = /CERT|CRL_|_CA\b|UNABLE_TO|HOSTNAME/

/**
 * The error of a connection that did not come about, or broke. Where the causes that Node and Bun attach to what `fetch`
 * throws do not tell, as in browsers, the request may have been sent.
 * @param response what had come of one: it was sent, whatever the causes say
 * @example
 * throw connectionError(thrown, undefined, scrubber([apiKey]))
 */
export function connectionError(cause: unknown, response?: Response, scrub?: Scrub): ApiConnectionError {
  const failures = failuresOf(cause)
  const code = failures[0]?.split(' ')[0]
  const isUnsent =
    !response && failures.length > 0 && failures.every((one) => unreached.test(one) || untrusted.test(one))
  return new ApiConnectionError({
    cause,
    scrub,
    rawCode: code,
    outcome: isUnsent ? 'not_sent' : 'unknown',
    code: isUnsent ? 'connection_failed' : 'connection_lost',
    message: `${isUnsent ? 'No connection' : 'Connection lost'}${code ? ` (${code})` : ''}.`,
  })
}

/** The error of a call that its caller ended; `cause` is the reason of the signal. */
export function abortedError(cause: unknown, scrub?: Scrub): RequestAbortedError {
  return new RequestAbortedError({ cause, scrub, code: 'aborted', message: 'The caller aborted it.' })
}

/** The system's code and call of a failure, which stand on it, on a cause of it, or on each try of several addresses. */
function failuresOf(thrown: unknown, depth = 5): readonly string[] {
  const tries = member(thrown, 'errors')
  if (depth && Array.isArray(tries) && tries.length) return tries.flatMap((one) => failuresOf(one, 0))
  const code = member(thrown, 'code')
  if (typeof code === 'string') return [`${code} ${member(thrown, 'syscall')}`]
  return depth ? failuresOf(member(thrown, 'cause'), depth - 1) : []
}
