import type { Reply } from './reply.ts'
import type { ApiRequest } from './request.ts'
import type { Caller } from './stores.ts'
import type { Trace } from './trace.ts'

/** Where a failure came from. */
export type FailureSource = 'parser' | 'guard' | 'handler' | 'upstream' | 'encoder' | 'process'

/** One event a request, in the order the answers were made; or a failure outside any request (`source: process`). */
export interface LogEvent {
  readonly at: number
  readonly requestId: string
  readonly contract: string
  readonly method: string
  /** Path only: a query may hold what must not be logged. */
  readonly path: string
  /** Template of the route, such as `POST /v1/charges`; absent where none matched. */
  readonly operation?: string
  readonly status: number
  readonly durationMs: number
  /** Whose key it was, also of one that is revoked or expired; absent where none matched. */
  readonly caller?: Pick<Caller, 'keyId' | 'tenant' | 'environment'>
  readonly replayed?: boolean
  /** Present where the caller sent a trace, or the handler asked for it. */
  readonly trace?: Pick<Trace, 'traceId' | 'spanId' | 'parentSpanId'>
  /** Present for a failure. */
  readonly code?: string
  readonly source?: FailureSource
  /** False when the closed world stopped something the contract does not declare. */
  readonly declared?: boolean
  /** Text of what was thrown, stack included, credentials struck out. Never sent to a caller. */
  readonly cause?: string
}

/**
 * The messages themselves, for a log that keeps them. Nothing secret is struck out of them. What is needed must be taken
 * before the log returns: they are not copies.
 */
export interface Traffic {
  readonly request: ApiRequest
  /** Absent where nobody read it. */
  readonly requestBody: Uint8Array | undefined
  readonly reply: Reply
  /** Paths of body fields that the operation calls sensitive. */
  readonly sensitive: readonly string[]
}

/**
 * Takes events; `traffic` is absent for a failure outside any request, and for one that comes after the answer. A throw
 * inside is ignored: a log must not change an answer.
 */
export type Log = (event: LogEvent, traffic?: Traffic) => void
