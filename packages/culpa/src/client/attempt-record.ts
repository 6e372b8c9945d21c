/** One attempt of a call, as errors and hooks report it. Holds no header, no body and no query value. */
export interface Attempt {
  /** Counted from 1. */
  readonly number: number
  readonly method: string
  /** Without the values of its query. */
  readonly url: string
  /** Absent where no response arrived. */
  readonly status?: number | undefined
  /** Code of the error it ended in. */
  readonly code?: string | undefined
  readonly durationMs: number
  /** Wait before the next attempt; absent on the last. */
  readonly delayMs?: number | undefined
}
