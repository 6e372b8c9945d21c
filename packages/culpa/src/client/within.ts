import type { Clock } from './clock.ts'

/**
 * Waits for work until its time is up or the caller's signal ends it, whichever is first. Leaves neither timer nor listener.
 * @param ended gives what comes instead of work that was ended
 * @param work never rejects; without any, only time and signal end it
 */
export function within<Value>(
  clock: Clock,
  ms: number,
  purpose: 'wait' | 'limit',
  signal: AbortSignal | undefined,
  ended: () => Value,
  work?: Promise<Value>,
): Promise<Value> {
  return new Promise((resolve) => {
    const end = (value: Value) => {
      cancel()
      signal?.removeEventListener('abort', stop)
      resolve(value)
    }
    const stop = () => end(ended())
    const cancel = clock.timer(ms, purpose, stop)
    signal?.addEventListener('abort', stop)
    if (signal?.aborted) stop()
    work?.then(end)
  })
}
