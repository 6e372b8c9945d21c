import type { MaybePromise } from './stores.ts'

/** True for what is still to come, also where the promise is of another realm, or of a library's own kind. */
export function isPending<Value>(value: MaybePromise<Value>): value is Promise<Value> {
  if (value instanceof Promise) return true
  return typeof value === 'object' && value !== null && typeof (value as Partial<Promise<Value>>).then === 'function'
}

/**
 * Goes on with a value: at once where it is there, so that a request whose stores are in memory is answered in the tick
 * it came in.
 * @example
 * after(store.find(scope), (record) => record?.attempt)
 */
export function after<Value, Result>(
  value: MaybePromise<Value>,
  next: (value: Value) => MaybePromise<Result>,
): MaybePromise<Result> {
  return isPending(value) ? Promise.resolve(value).then(next) : next(value)
}

/**
 * Does some work, and something else with what it throws or rejects with.
 * @example
 * rescue(() => store.finish(scope, attempt, reply), (cause) => { throw refusal('service_unavailable', { cause }) })
 */
export function rescue<Value>(
  work: () => MaybePromise<Value>,
  failed: (thrown: unknown) => MaybePromise<Value>,
): MaybePromise<Value> {
  let value: MaybePromise<Value>
  try {
    value = work()
  } catch (thrown) {
    return failed(thrown)
  }
  return isPending(value) ? Promise.resolve(value).catch(failed) : value
}
