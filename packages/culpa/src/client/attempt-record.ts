/** An attempt that goes out. */
export interface SentAttempt {
  /** Counted from 1. */
  readonly number: number
  readonly method: string
  /** Without its query. */
  readonly url: string
}

/** One attempt of a call, as errors and hooks report it. Holds no header, no body and no query value. */
export interface Attempt extends SentAttempt {
  /** Absent where no response arrived. */
  readonly status?: number | undefined
  /** The code that came: the server's, known or not, else that of the system (`ECONNRESET`). */
  readonly code?: string | undefined
  readonly durationMs: number
  /** Wait before the next attempt; absent on the last. */
  readonly delayMs?: number | undefined
}
