/** How long one waits for its turn, in milliseconds, and how many of one address may. */
const patienceMs = 1_000
const maxWaiting = 100

/** Attempts of one address to authenticate that are not decided yet. */
export class Line {
  running = 0
  waiting: Set<() => void> | undefined

  /** Takes one away that is decided, and lets those that wait try again. */
  leave(): void {
    this.running--
    if (this.waiting !== undefined) for (const wake of [...this.waiting]) wake()
  }

  /**
   * Takes one away that could not go on, and waits until another is decided. False when its request has lasted too long
   * then, all its turns together, too many wait already, or the caller has gone.
   */
  turn(signal: AbortSignal, startedMs: number): Promise<boolean> {
    if (--this.running <= 0) return Promise.resolve(true)
    const leftMs = startedMs + patienceMs - performance.now()
    if (leftMs <= 0 || (this.waiting?.size ?? 0) >= maxWaiting || signal.aborted) return Promise.resolve(false)
    return this.#wait(signal, leftMs)
  }

  #wait(signal: AbortSignal, leftMs: number): Promise<boolean> {
    return new Promise((resolve) => {
      const waiting = this.waiting ?? new Set()
      this.waiting = waiting
      const settle = (isTurn: boolean) => {
        clearTimeout(timer)
        signal.removeEventListener('abort', giveUp)
        waiting.delete(wake)
        if (waiting.size === 0) this.waiting = undefined
        resolve(isTurn)
      }
      const wake = () => settle(true)
      const giveUp = () => settle(false)
      const timer = setTimeout(giveUp, leftMs)
      signal.addEventListener('abort', giveUp)
      waiting.add(wake)
    })
  }
}

/** Addresses that are kept although nothing of them runs: most come again at once. */
const maxIdle = 1_000

/** Makes the function that counts one more attempt of an address; keeps an address while it has some, and some of those that had. */
export function attemptsByAddress(): (address: string) => Line {
  const lines = new Map<string, Line>()

  function lineOf(address: string): Line {
    let line = lines.get(address)
    if (line === undefined) {
      line = new Line()
      lines.set(address, line)
      if (lines.size > maxIdle) forgetSome()
    }
    return line
  }

  /** Of the four oldest those that are idle; the others become the youngest. */
  function forgetSome(): void {
    let left = 4
    for (const [address, line] of lines) {
      if (left-- === 0) return
      lines.delete(address)
      if (line.running > 0 || line.waiting !== undefined) lines.set(address, line)
    }
  }

  return (address) => {
    const line = lineOf(address)
    line.running++
    return line
  }
}
