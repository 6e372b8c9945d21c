import type { AnyDetails, ApiClientError } from './api-client-error.ts'
import { isOfKind } from './brand.ts'
import type { ApiConnectionError, RequestAbortedError } from './connection-errors.ts'
import type { ApiResponseError } from './response-errors.ts'

/** Tells errors by their codes and knows the details of each: by default, of any code the details as they come. */
export interface ApiErrorGuard<DetailsByCode = Readonly<Record<string, AnyDetails>>> {
  (error: unknown): error is ErrorsOf<DetailsByCode>
  <Code extends keyof DetailsByCode & string>(
    error: unknown,
    code: Code,
  ): error is ApiResponseError<Code, DetailsByCode[Code]>
}

type ErrorsOf<DetailsByCode> = {
  [Code in keyof DetailsByCode & string]: ApiResponseError<Code, DetailsByCode[Code]>
}[keyof DetailsByCode & string]

/**
 * True for an error the server answered with, and with this code where one is given. Like every guard here it imports no
 * class, and knows errors of another copy of culpa and of another realm.
 * @example
 * if (isApiError(error, 'card_declined')) show(error.message)
 */
export const isApiError: ApiErrorGuard = (error: unknown, code?: string): error is never =>
  isOfKind(error, 'ApiResponseError') && (code === undefined || (error as ApiResponseError).code === code)

/**
 * {@link isApiError} that knows the details of your codes.
 * @example
 * const isShopError = apiErrorGuard<{ card_declined: { decline_code: string } }>()
 * if (isShopError(error, 'card_declined')) show(error.details.decline_code)
 */
export function apiErrorGuard<DetailsByCode>(): ApiErrorGuard<DetailsByCode> {
  // One cast: the map is what the caller knows of the server.
  return isApiError as unknown as ApiErrorGuard<DetailsByCode>
}

/**
 * True for every error of this client: of the server, of the connection, of the caller's own signal.
 * @example
 * if (!isApiClientError(error)) throw error
 */
export function isApiClientError(error: unknown): error is ApiClientError {
  return isOfKind(error, 'ApiClientError')
}

/**
 * True where no whole response came: unreachable, broken off, too slow.
 * @example
 * if (isApiConnectionError(error)) showOfflineBanner()
 */
export function isApiConnectionError(error: unknown): error is ApiConnectionError {
  return isOfKind(error, 'ApiConnectionError')
}

/**
 * True where the caller's own signal ended the call.
 * @example
 * if (isRequestAbortedError(error)) return
 */
export function isRequestAbortedError(error: unknown): error is RequestAbortedError {
  return isOfKind(error, 'RequestAbortedError')
}
