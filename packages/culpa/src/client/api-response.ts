/** What arrived besides the data. Holds nothing of the request. */
export interface ApiResponse {
  readonly status: number
  readonly headers: Headers
  /** Quote it to support. */
  readonly requestId?: string
  /** The answer was recorded for an earlier request with the same idempotency key. */
  readonly replayed: boolean
}

/** The part of a response that is left once its body was read. */
export function toApiResponse({ status, headers }: Response): ApiResponse {
  const requestId = headers.get('request-id') ?? headers.get('x-request-id')
  const replayed = headers.get('idempotent-replayed') === 'true'
  return { status, headers, replayed, ...(requestId !== null && { requestId }) }
}
