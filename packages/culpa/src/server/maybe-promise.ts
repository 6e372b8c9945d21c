import type { MaybePromise } from './stores.ts'

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
  return value instanceof Promise ? value.then(next) : next(value)
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
  return value instanceof Promise ? value.catch(failed) : value
}
