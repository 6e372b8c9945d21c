import type { Clock } from './clock.ts'

/** How limited work ended: with its value, at its time limit, or by the caller's signal. Work that fails, rejects. */
export type Ending<Value> = { readonly by: 'work'; readonly value: Value } | { readonly by: 'limit' | 'abort' }

/** What ends work before its time. */
export interface Limits {
  readonly clock: Clock
  readonly ms: number
  readonly purpose: 'wait' | 'limit'
  readonly signal: AbortSignal | undefined
}

/**
 * Runs work that its time limit or the caller's signal ends at once, whatever the work makes of the signal it gets.
 * Leaves neither timer nor listener.
 */
export function within<Value>(limits: Limits, work: (signal: AbortSignal) => Promise<Value>): Promise<Ending<Value>> {
  const { clock, ms, purpose, signal } = limits
  const controller = new AbortController()
  let release = () => {}
  const ended = new Promise<Ending<Value>>((resolve, reject) => {
    const stop = (by: 'limit' | 'abort') => {
      resolve({ by })
      controller.abort()
    }
    const abort = () => stop('abort')
    if (signal?.aborted) return abort()
    const cancel = clock.timer(ms, purpose, () => stop('limit'))
    signal?.addEventListener('abort', abort)
    release = () => {
      cancel()
      signal?.removeEventListener('abort', abort)
    }
    work(controller.signal).then((value) => resolve({ by: 'work', value }), reject)
  })
  return ended.finally(() => release())
}

/** Waits; false where the caller's signal ended it. */
export async function pause(ms: number, clock: Clock, signal: AbortSignal | undefined): Promise<boolean> {
  const { by } = await within({ clock, ms, purpose: 'wait', signal }, () => new Promise<never>(() => {}))
  return by === 'limit'
}
