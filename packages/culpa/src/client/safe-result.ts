import type { ApiClientError } from './api-client-error.ts'
import type { ApiResponse } from './api-response.ts'

/** How a call ended, with nothing thrown: narrow it by `ok`. `response` is absent where none arrived whole. */
export type SafeResult<Data = unknown, Failure = ApiClientError> =
  | { readonly ok: true; readonly data: Data; readonly error?: undefined; readonly response: ApiResponse }
  | {
      readonly ok: false
      readonly data?: undefined
      readonly error: Failure
      readonly response?: ApiResponse | undefined
    }
