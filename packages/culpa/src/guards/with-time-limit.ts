/**
 * The promise, or a rejection once `timeoutMs` have passed: whoever asks a store must not wait for ever.
 * @throws {Error} (as a rejection) when it takes too long
 */
export function withTimeLimit<Value>(promise: Promise<Value>, timeoutMs: number): Promise<Value> {
  return new Promise((resolve, reject) => {
    const timer = setTimeout(() => reject(new Error(`no answer within ${timeoutMs} ms`)), timeoutMs)
    promise.then(resolve, reject).finally(() => clearTimeout(timer))
  })
}
