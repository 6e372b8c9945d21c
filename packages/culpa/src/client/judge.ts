import type { AttemptEnd } from './attempt.ts'
import type { ClientState } from './client-options.ts'
import { conflictKind } from './conflict.ts'
import { invalidResponseError } from './connection-failures.ts'
import { isErrorEnvelope } from './error-envelope.ts'
import type { PreparedRequest } from './prepare-request.ts'
import { readAnswer } from './read-answer.ts'
import { responseError } from './response-error.ts'
import { RateLimitError } from './response-errors.ts'
import { type Failed, shouldRetryOf } from './retry-policy.ts'

/** What a response that arrived whole is: a success, an error of the server, or a success that is none. */
export function judge(
  client: ClientState,
  request: PreparedRequest,
  response: Response,
  bytes: Uint8Array,
): AttemptEnd {
  const text = new TextDecoder().decode(bytes)
  if (!response.ok) return refused(client, request, response, text)
  const answer = readAnswer(response, text, bytes, request)
  if ('invalid' in answer) {
    const { status } = response
    const error = invalidResponseError({ ...answer, phase: 'exchange', status, secrets: client.secrets })
    return { error, failed: { kind: 'final' }, response }
  }
  return isErrorEnvelope(answer.data, client.format)
    ? refused(client, request, response, text)
    : { data: answer.data, response }
}

function refused(client: ClientState, { method }: PreparedRequest, response: Response, rawBody: string): AttemptEnd {
  const { status, statusText, headers } = response
  const { format, codes, secrets, clock } = client
  const known = { format, codes, secrets, method, nowMs: clock.now() }
  const error = responseError({ status, statusText, headers, rawBody, ...known })
  const { code, rawCode = code, type, retryAfterMs: hintMs, replayed } = error
  const failed: Failed = {
    kind: 'answered',
    status,
    conflict: conflictKind(rawCode, type),
    limited: error instanceof RateLimitError,
    advice: client.advice?.[rawCode],
    shouldRetry: shouldRetryOf(headers),
    hintMs,
    replayed,
  }
  return { error, failed, response }
}
