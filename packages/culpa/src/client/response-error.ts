import type { ApiResponse } from './api-response.ts'
import type { ClientState } from './client-options.ts'
import { own } from './contract-facts.ts'
import { decodeBody } from './decode-body.ts'
import { errorClass } from './error-class.ts'
import type { Scrub } from './plain.ts'
import type { ApiResponseError } from './response-errors.ts'
import { retryHintMs } from './retry-hint.ts'
import { isSafeMethod } from './retry-policy.ts'

/** A response that is an error. */
export interface ErrorResponse extends ApiResponse {
  readonly rawBody: string
  readonly scrub: Scrub
}

/**
 * The error that a response stands for. Any body will do, none too: the status is kept, and what the body does not say
 * is taken from the headers (`Error-Code`, `Link`, `Retry-After`).
 */
export function responseError(
  client: Pick<ClientState, 'format' | 'readers' | 'codes' | 'renamed' | 'clock'>,
  method: string,
  response: ErrorResponse,
): ApiResponseError {
  const { status, headers } = response
  const { problems, retryAfterSeconds, ...read } = decodeBody(
    response.rawBody,
    client.format,
    client.readers,
    response.scrub,
  )
  const said = read.code || headers.get('error-code') || undefined
  const isKnown = said && (!client.codes || Object.hasOwn(client.codes, said))
  return new (errorClass(status, own(client.renamed, said ?? '') ?? said, read.type))({
    ...read,
    ...response,
    message: read.message || `HTTP ${status}`,
    code: isKnown ? said : 'unknown',
    rawCode: isKnown ? undefined : said,
    // RFC 8288; the brackets keep a hostile header linear. Never a `javascript:` or another address a link must not have.
    docUrl: [read.docUrl, /<([^<>]*)>[^<,]*;\s*rel="?help\b/i.exec(headers.get('link') ?? '')?.[1]].find(
      (url) => url && /^(https?:\/)?\//i.test(url),
    ),
    fieldErrors: problems.flatMap(({ param, code, message = '' }) =>
      param === undefined ? [] : [{ path: param, code, message }],
    ),
    // 4xx and 501 say that nothing was done; after any other failure only a request that reads has done nothing.
    outcome: isSafeMethod(method) || /^(4(?!08)|501)/.test(String(status)) ? 'rejected' : 'unknown',
    retryAfterMs: retryHintMs(headers, client.clock.now(), retryAfterSeconds),
  })
}
