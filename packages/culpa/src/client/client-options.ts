import type { RetryAdvice } from '../contract/declaration.ts'
import type { FormatName } from '../contract/profile.ts'
import type { ApiClientError } from './api-client-error.ts'
import type { Attempt, SentAttempt } from './attempt-record.ts'
import type { BodyReader } from './body-readers.ts'
import type { Clock } from './clock.ts'
import type { ClientContract } from './contract-facts.ts'
import type { RetryBudget } from './retry-budget.ts'

/** The `fetch` of the platform, or one like it. */
export type Fetch = (url: string, init: RequestInit) => Promise<Response>

/** How long a call may take, and how often it is tried. A call can have its own. */
export interface Limits {
  /** Attempts in all. Default 3. */
  readonly maxAttempts?: number
  /** Longest an attempt may take, its body included, in milliseconds. Default 30 000. */
  readonly timeoutMs?: number
  /** Longest a call may take, all attempts and waits included, in milliseconds. Default 60 000. */
  readonly deadlineMs?: number
  /** Longest wait a server may ask for, in milliseconds; for more the error is thrown at once. Default 30 000. */
  readonly maxRetryAfterMs?: number
}

/** What a call does, as hooks are told. Nothing secret is in it. */
export interface CallEvent {
  readonly method: string
  /** The path as it was asked for, its parameters not filled in. */
  readonly path: string
  /** The same object in every event of a call, and in no other's: a key for what a hook keeps about it. */
  readonly call: object
}

/** What to call while a call goes on. What a hook throws changes nothing. */
export interface Hooks {
  /**
   * Before each attempt. What it returns goes out with this attempt as headers, such as `traceparent`; names in lower
   * case.
   */
  onSend?(event: CallEvent & { readonly attempt: SentAttempt }): Readonly<Record<string, string>> | undefined
  /** After each attempt; without an error it succeeded. */
  onAttempt?(event: CallEvent & { readonly attempt: Attempt; readonly error?: ApiClientError | undefined }): void
  /** Before each wait for a retry. */
  onRetry?(
    event: CallEvent & { readonly attempt: Attempt; readonly error: ApiClientError; readonly delayMs: number },
  ): void
  /** When a call ends in an error. */
  onError?(event: CallEvent & { readonly error: ApiClientError }): void
}

/** `auto`: POST and PATCH get a key each, for servers that honour keys. `off`: only a key the caller gives is sent. */
export type IdempotencyMode = 'auto' | 'off'

/** What a client is made of. */
export interface ClientOptions extends Limits, Hooks {
  /** URL the paths are appended to, such as `https://api.example.com`. */
  readonly baseUrl: string
  /** Sent as `Authorization: Bearer`; never part of an error or an event. */
  readonly apiKey?: string
  /** Sent with each request. */
  readonly headers?: Readonly<Record<string, string>>
  /** The contract of a culpa server, or its facts: makes new codes `unknown` and its retry advice count. */
  readonly contract?: ClientContract
  /** What the errors of another server are written in; `auto` tells it from each body. */
  readonly format?: FormatName | 'auto'
  /** Whether POST and PATCH get a key of their own. Default: `auto` for a culpa server, `off` where `format` is given. */
  readonly idempotency?: IdempotencyMode
  /**
   * Operations that ignore idempotency keys, as `{ 'POST /v1/sessions': true }`: they get none, and are not sent twice
   * where that could do something twice. The compiler asks a typed client for those of its API.
   */
  readonly unkeyed?: Readonly<Record<string, true>>
  readonly fetch?: Fetch
  readonly clock?: Clock
  /** Gives a number from 0 to below 1, for the spread of waits. Default `Math.random`. */
  readonly random?: () => number
}

/** What one call can be told besides its input. */
export interface CallOptions extends Limits {
  /** Replaces the client's own headers. */
  readonly headers?: Readonly<Record<string, string>>
  /** Ends the call: while it waits, too. */
  readonly signal?: AbortSignal
  /** A key of your own, to be sent on every attempt; `false` for none, and then no retry that could do it twice. */
  readonly idempotencyKey?: string | false
}

/** What a request is made of, types erased. */
export interface CallInput {
  readonly params?: Readonly<Record<string, unknown>>
  readonly query?: unknown
  readonly body?: unknown
}

/** {@link Limits} with every default filled in. */
export type CallLimits = Required<Limits>

/** A client as its calls see it. */
export interface ClientState extends ClientOptions {
  /** Without a slash at its end. */
  readonly baseUrl: string
  /** Of every request, with the key. */
  readonly sent: Readonly<Record<string, string>>
  readonly idempotency: IdempotencyMode
  readonly format: FormatName | 'auto'
  /** Of the formats it can read. */
  readonly readers: readonly BodyReader[]
  /** Retry advice by code of the contract. */
  readonly codes: Readonly<Record<string, RetryAdvice>> | undefined
  /** Own names of built-in codes that the contract renamed. */
  readonly renamed?: Readonly<Record<string, string>> | undefined
  readonly clock: Clock
  readonly limits: CallLimits
  readonly budget: RetryBudget
}
