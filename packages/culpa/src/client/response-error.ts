import type { FormatName } from '../contract/profile.ts'
import type { DecodedProblem } from '../formats/format.ts'
import type { ErrorFields, Outcome } from './api-client-error.ts'
import { decodeBody } from './decode-body.ts'
import { errorClass } from './error-class.ts'
import type { ApiResponseError } from './response-errors.ts'
import { retryHintMs } from './retry-hint.ts'

/** A response that is an error, and what is known of the request. */
export interface ErrorResponse {
  readonly status: number
  readonly statusText?: string | undefined
  readonly headers: Headers
  readonly rawBody: string
  /** What the server writes its errors in; `auto` where nobody knows. */
  readonly format: FormatName | 'auto'
  /** Codes of the contract; any other becomes `unknown`. Without a contract each code stays as it is. */
  readonly codes?: ReadonlySet<string> | undefined
  readonly method: string
  /** Taken out of all texts. */
  readonly secrets?: readonly string[] | undefined
  /** For a `Retry-After` that is a date, where the response has no `Date`. Default: the system's clock. */
  readonly nowMs?: number | undefined
}

/**
 * The error that a response stands for. Any body will do, none too: the status is kept, and what the body does not say
 * is taken from the headers (`Error-Code`, `Link`, `Request-Id`).
 * @example
 * throw responseError({ status: 502, headers, rawBody: '<html>…', format: 'stripe', method: 'GET' })
 */
export function responseError(response: ErrorResponse): ApiResponseError {
  const { status, headers, codes } = response
  const { problems, retryAfterSeconds, ...read } = decodeBody(response.rawBody, response.format)
  const rawCode = read.code || headers.get('error-code') || undefined
  const isKnown = rawCode !== undefined && (codes === undefined || codes.has(rawCode))
  const bodyMs = retryAfterSeconds === undefined ? undefined : retryAfterSeconds * 1000
  return new (errorClass(status, rawCode, read.type))({
    ...read,
    ...response,
    format: read.format,
    message: read.message || reasonOf(response) + (read.format === 'html' ? ' (HTML)' : ''),
    code: isKnown ? rawCode : 'unknown',
    rawCode: isKnown ? undefined : rawCode,
    docUrl: pageOf(read.docUrl) ?? pageOf(helpLink.exec(headers.get('link') ?? '')?.[1]),
    fieldErrors: fieldErrorsOf(problems),
    requestId: first(headers, 'request-id', 'x-request-id'),
    outcome: outcomeOf(status, response.method),
    replayed: headers.get('idempotent-replayed') === 'true',
    retryAfterMs: retryHintMs(headers, bodyMs, response.nowMs ?? Date.now()),
  })
}

/** Names a gateway may leave out: HTTP/2 has no reason phrase. */
const reasons: Readonly<Record<number, string>> = {
  500: 'Internal Server Error',
  502: 'Bad Gateway',
  503: 'Service Unavailable',
  504: 'Gateway Timeout',
}

/** RFC 8288; the brackets keep a hostile header linear. */
const helpLink = /<([^<>]*)>[^<,]*;\s*rel="?help\b/i

function reasonOf({ status, statusText }: ErrorResponse): string {
  return `${status} ${statusText || (reasons[status] ?? 'Error')}`
}

/** A page, never a `javascript:` or another address that a link must not have. */
function pageOf(url: string | undefined): string | undefined {
  return url !== undefined && /^(https?:\/)?\//i.test(url) ? url : undefined
}

function fieldErrorsOf(problems: readonly DecodedProblem[]): ErrorFields['fieldErrors'] {
  return problems.flatMap(({ param, code, message = '' }) =>
    param === undefined ? [] : [{ path: param, code, message }],
  )
}

function first(headers: Headers, ...names: readonly string[]): string | undefined {
  return names.map((name) => headers.get(name)).find((value) => value) ?? undefined
}

/** 4xx and 501 say that nothing was done; after any other failure only a request that reads has done nothing. */
function outcomeOf(status: number, method: string): Outcome {
  const isRefusal = (status >= 400 && status < 500 && status !== 408) || status === 501
  return isRefusal || /^(GET|HEAD|OPTIONS)$/i.test(method) ? 'rejected' : 'unknown'
}
