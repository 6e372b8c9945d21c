import { type AnyDetails, ApiClientError, type ErrorFields } from './api-client-error.ts'
import { plainCopy } from './plain.ts'

/** What an error is made of that the server answered with. */
export interface ResponseErrorFields<Code extends string = string, Details = AnyDetails>
  extends ErrorFields<Code, Details> {
  readonly status: number
  readonly headers?: Iterable<readonly [name: string, value: string]> | undefined
  readonly rawBody?: string | undefined
}

/**
 * The server answered, and with an error. Its class comes from the type in the body, else from the code, else from the
 * status. Response headers and body can be read but are not printed.
 * @example
 * if (error instanceof ApiResponseError) support(error.requestId, error.rawBody)
 */
export class ApiResponseError<Code extends string = string, Details = AnyDetails> extends ApiClientError<
  Code,
  Details
> {
  static override readonly kind: string = 'ApiResponseError'
  declare readonly status: number
  /** How long the server asks to wait, in milliseconds. */
  declare readonly retryAfterMs?: number
  /** Of the response, names in lower case; without cookies. */
  declare readonly headers: Readonly<Record<string, string>>
  /** The body as it came, at most 64 KB of it. */
  declare readonly rawBody: string

  constructor(fields: ResponseErrorFields<Code, Details>) {
    super(fields)
    const { headers = [], rawBody = '', scrub = String } = fields
    const { 'set-cookie': _cookies, ...shown } = Object.fromEntries(headers)
    Object.defineProperties(this, {
      headers: { value: plainCopy(shown, scrub) },
      rawBody: { value: cut(scrub(rawBody)) },
    })
  }
}

/** No valid credentials (401). */
export class AuthenticationError<Code extends string = string, Details = AnyDetails> extends ApiResponseError<
  Code,
  Details
> {
  static override readonly kind: string = 'AuthenticationError'
  declare readonly name: 'AuthenticationError'
}

/** The credentials are valid but may not do this (403). */
export class PermissionError<Code extends string = string, Details = AnyDetails> extends ApiResponseError<
  Code,
  Details
> {
  static override readonly kind: string = 'PermissionError'
  declare readonly name: 'PermissionError'
}

/** The request was right but a card, a voucher or the like was refused (402); its message may be shown to users. */
export class CardError<Code extends string = string, Details = AnyDetails> extends ApiResponseError<Code, Details> {
  static override readonly kind: string = 'CardError'
  declare readonly name: 'CardError'
}

/** There is nothing there, or no longer (404, 410). */
export class NotFoundError<Code extends string = string, Details = AnyDetails> extends ApiResponseError<Code, Details> {
  static override readonly kind: string = 'NotFoundError'
  declare readonly name: 'NotFoundError'
}

/** The request is wrong as it was sent (400, 422 and other 4xx); `fieldErrors` names the fields. */
export class InvalidRequestError<Code extends string = string, Details = AnyDetails> extends ApiResponseError<
  Code,
  Details
> {
  static override readonly kind: string = 'InvalidRequestError'
  declare readonly name: 'InvalidRequestError'
}

/** Too many requests (429); `retryAfterMs` says how long to wait. */
export class RateLimitError<Code extends string = string, Details = AnyDetails> extends ApiResponseError<
  Code,
  Details
> {
  static override readonly kind: string = 'RateLimitError'
  declare readonly name: 'RateLimitError'
}

/** Another request or the state of the resource stands in the way (409). */
export class ConflictError<Code extends string = string, Details = AnyDetails> extends ApiResponseError<Code, Details> {
  static override readonly kind: string = 'ConflictError'
  declare readonly name: 'ConflictError'
}

/** The idempotency key belongs to another request. Nothing of this one was done; a fresh key would do it twice. */
export class IdempotencyError<Code extends string = string, Details = AnyDetails> extends ApiResponseError<
  Code,
  Details
> {
  static override readonly kind: string = 'IdempotencyError'
  declare readonly name: 'IdempotencyError'
}

/** The server failed (5xx), or answered in a way no other class stands for. */
export class ApiError<Code extends string = string, Details = AnyDetails> extends ApiResponseError<Code, Details> {
  static override readonly kind: string = 'ApiError'
  declare readonly name: 'ApiError'
}

/** The part of a text that UTF-8 writes in 64 KB, whole characters only. */
function cut(text: string): string {
  return new TextDecoder().decode(new TextEncoder().encode(text).subarray(0, 65_536), { stream: true })
}
