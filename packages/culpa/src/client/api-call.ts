import type { ApiClientError } from './api-client-error.ts'
import type { SafeResult } from './safe-result.ts'

/** A call that runs: `await` it for its data, or take its whole result with `safe()`. */
export interface ApiCall<Data, Failure = ApiClientError> extends Promise<Data> {
  /**
   * The result as a value: nothing is thrown for a call that fails.
   * @example
   * const { ok, data, error } = await client.get('/v1/charges/:id', { params: { id } }).safe()
   * if (!ok) return show(error.message)
   */
  safe(): Promise<SafeResult<Data, Failure>>
}

/** Throws what went wrong only where somebody waits for the data: `safe()` alone leaves no rejection behind. */
export function toApiCall<Data, Failure>(result: Promise<SafeResult<Data, Failure>>): ApiCall<Data, Failure> {
  const data = result.then((ended) => (ended.ok ? ended.data : Promise.reject(ended.error)))
  data.catch(() => {})
  return Object.assign(data, { safe: () => result })
}
