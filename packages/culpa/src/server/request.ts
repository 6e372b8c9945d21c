/** Headers in their order, which can be read again and again. */
export interface HeaderLines extends Iterable<readonly [name: string, value: string]> {
  /** Of names and values together, where it is known at no cost. */
  readonly bytes?: number
}

/** What the kernel reads of a request. Adapters implement it; nothing else of a platform reaches the kernel. */
export interface ApiRequest {
  /** As sent, case and all. */
  readonly method: string
  /** Request target as received: origin form, or absolute form (whose authority is ignored). */
  readonly target: string
  /** Address of the peer, as the socket tells it; empty where the platform does not. */
  readonly address: string
  /** Aborts when the caller goes away. */
  readonly signal: AbortSignal
  /** True when a body follows, whatever its length. */
  readonly hasBody: boolean
  /** Value of a header, name in lower case; several values are joined by `, `. */
  header(name: string): string | undefined
  /** How often the header came, where the platform tells; else 1 or 0. */
  headerCount(name: string): number
  /** All headers as far as they are known, as sent, for a log that keeps them: they outlive the request. */
  headers(): HeaderLines
  /**
   * The whole body. Called at most once.
   * Throws `body_too_large`, `request_timeout` or `request_malformed` ({@link ApiError}).
   */
  body(limitBytes: number): Promise<Uint8Array>
}
