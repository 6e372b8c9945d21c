/** What arrived besides the data. Holds nothing of the request. */
export interface ApiResponse {
  readonly status: number
  readonly headers: Headers
  /** Quote it to support. */
  readonly requestId?: string | undefined
  /** The answer was recorded for an earlier request with the same idempotency key. */
  readonly replayed: boolean
}
