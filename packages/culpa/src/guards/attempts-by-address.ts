/** How long one waits for its turn, in milliseconds, and how many of one address may. */
const patienceMs = 1_000
const maxWaiting = 100

/** Attempts to authenticate that are not decided yet. */
export interface AttemptsByAddress {
  /** Counts one more. Returns how many of the address there were already. */
  enter(address: string): number
  /** Takes one away that is decided, and lets those that wait try again. */
  leave(address: string): void
  /**
   * Takes one away that could not go on, and waits until another is decided. False when that takes too long, too many
   * wait already, or the caller has gone.
   */
  turn(address: string, signal: AbortSignal): Promise<boolean>
}

interface Line {
  running: number
  waiting: Set<() => void> | undefined
}

/** Addresses that are kept although nothing of them runs: most come again at once. */
const maxIdle = 1_000

/** Keeps an address while it has attempts, and some of those that had. */
export function attemptsByAddress(): AttemptsByAddress {
  const lines = new Map<string, Line>()

  function lineOf(address: string): Line {
    let line = lines.get(address)
    if (line === undefined) {
      line = { running: 0, waiting: undefined }
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

  function wait(line: Line, signal: AbortSignal): Promise<boolean> {
    return new Promise((resolve) => {
      const waiting = line.waiting ?? new Set()
      line.waiting = waiting
      const settle = (isTurn: boolean) => {
        clearTimeout(timer)
        signal.removeEventListener('abort', giveUp)
        waiting.delete(wake)
        if (waiting.size === 0) line.waiting = undefined
        resolve(isTurn)
      }
      const wake = () => settle(true)
      const giveUp = () => settle(false)
      const timer = setTimeout(giveUp, patienceMs)
      signal.addEventListener('abort', giveUp)
      waiting.add(wake)
    })
  }

  return {
    enter(address) {
      return lineOf(address).running++
    },
    leave(address) {
      const line = lines.get(address)
      if (line === undefined) return
      line.running--
      if (line.waiting !== undefined) for (const wake of [...line.waiting]) wake()
    },
    turn(address, signal) {
      const line = lines.get(address)
      if (line === undefined || --line.running <= 0) return Promise.resolve(true)
      if ((line.waiting?.size ?? 0) >= maxWaiting || signal.aborted) return Promise.resolve(false)
      return wait(line, signal)
    },
  }
}
