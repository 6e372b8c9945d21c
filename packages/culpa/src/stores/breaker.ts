/** Asks a store that may not answer. */
export interface Breaker {
  /**
   * What `ask` resolves to, within `timeoutMs`. `whenLate` gets what comes after that.
   * @throws {Error} when nothing comes in time, and at once while the store is given up
   */
  run<Value>(ask: () => Promise<Value>, timeoutMs: number, whenLate?: (value: Value) => void): Promise<Value>
  /**
   * The same for what was begun when the store was not given up: it is always asked, so that what others met in the
   * meantime undoes nothing that is almost done.
   */
  finish<Value>(ask: () => Promise<Value>, timeoutMs: number, whenLate?: (value: Value) => void): Promise<Value>
}

/** So many silences in a row, and the store is given up; then it is tried again after each pause, in milliseconds. */
const tolerated = 5
const pauseMs = 200

/**
 * Makes the breaker of one store: nobody waits longer than told, and a store that stays silent is not waited for by every
 * request anew. While it is given up one request at a time tries it; the first answer brings it back. A refusal of the
 * store, or of its driver, is an answer: it costs no waiting.
 */
export function createBreaker(store: string): Breaker {
  let silences = 0
  let nextTryAt = 0
  let isTrying = false

  /** True for the one that tries a store which is given up. */
  function enter(): boolean {
    if (silences < tolerated) return false
    if (isTrying || performance.now() < nextTryAt) throw new Error(`${store} is given up for a moment: it is silent`)
    isTrying = true
    return true
  }

  function note(isSilent: boolean): void {
    silences = isSilent ? silences + 1 : 0
    if (isSilent) nextTryAt = performance.now() + pauseMs
  }

  async function wait<Value>(
    ask: () => Promise<Value>,
    timeoutMs: number,
    whenLate?: (value: Value) => void,
  ): Promise<Value> {
    const pending = settled(ask)
    const silence = silenceAfter(timeoutMs)
    const answer = await Promise.race([pending, silence.promise])
    silence.cancel()
    note(answer === undefined)
    if (answer === undefined) {
      pending.then((late) => 'value' in late && whenLate?.(late.value))
      throw new Error(`${store} gave no answer within ${timeoutMs} ms`)
    }
    if ('cause' in answer) throw answer.cause
    return answer.value
  }

  return {
    async run(ask, timeoutMs, whenLate) {
      const isTry = enter()
      try {
        return await wait(ask, timeoutMs, whenLate)
      } finally {
        if (isTry) isTrying = false
      }
    },
    finish: wait,
  }
}

type Settled<Value> = { readonly value: Value } | { readonly cause: unknown }

async function settled<Value>(ask: () => Promise<Value>): Promise<Settled<Value>> {
  try {
    return { value: await ask() }
  } catch (cause) {
    return { cause }
  }
}

/** After a pause of this very process its timers come first: what lies in the sockets by then is read before giving up. */
function silenceAfter(timeoutMs: number): { readonly promise: Promise<undefined>; cancel(): void } {
  const { promise, resolve } = Promise.withResolvers<undefined>()
  const timer = setTimeout(() => setImmediate(resolve, undefined), timeoutMs)
  return { promise, cancel: () => clearTimeout(timer) }
}
