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
  readonly waiting: Set<() => void>
}

/** Keeps an address only while it has attempts. */
export function attemptsByAddress(): AttemptsByAddress {
  const lines = new Map<string, Line>()

  function step(address: string): Line | undefined {
    const line = lines.get(address)
    if (line === undefined) return undefined
    line.running--
    forget(address, line)
    return line
  }

  function forget(address: string, line: Line): void {
    if (line.running <= 0 && line.waiting.size === 0 && lines.get(address) === line) lines.delete(address)
  }

  function wait(address: string, line: Line, signal: AbortSignal): Promise<boolean> {
    return new Promise((resolve) => {
      const settle = (isTurn: boolean) => {
        clearTimeout(timer)
        signal.removeEventListener('abort', giveUp)
        line.waiting.delete(wake)
        forget(address, line)
        resolve(isTurn)
      }
      const wake = () => settle(true)
      const giveUp = () => settle(false)
      const timer = setTimeout(giveUp, patienceMs)
      signal.addEventListener('abort', giveUp)
      line.waiting.add(wake)
    })
  }

  return {
    enter(address) {
      const line = lines.get(address)
      if (line === undefined) lines.set(address, { running: 1, waiting: new Set() })
      else line.running++
      return line === undefined ? 0 : line.running - 1
    },
    leave(address) {
      for (const wake of [...(step(address)?.waiting ?? [])]) wake()
    },
    turn(address, signal) {
      const line = step(address)
      if (line === undefined || line.running <= 0) return Promise.resolve(true)
      if (line.waiting.size >= maxWaiting || signal.aborted) return Promise.resolve(false)
      return wait(address, line, signal)
    },
  }
}
