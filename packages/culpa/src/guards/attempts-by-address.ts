/** Attempts to authenticate that are not decided yet. */
export interface AttemptsByAddress {
  /** Counts one more. Returns how many of the address there were already. */
  enter(address: string): number
  /** Takes one away that is decided, and lets the one that waits longest try. */
  leave(address: string): void
  /** Takes one away that could not go on, and waits until another is decided. */
  turn(address: string): Promise<void>
}

interface Line {
  running: number
  readonly waiting: (() => void)[]
}

/** Keeps an address only while it has attempts. Whoever waits does so for one that runs, so nobody waits for ever. */
export function attemptsByAddress(): AttemptsByAddress {
  const lines = new Map<string, Line>()

  function step(address: string): Line | undefined {
    const line = lines.get(address)
    if (line === undefined) return undefined
    line.running--
    if (line.running === 0 && line.waiting.length === 0) lines.delete(address)
    return line
  }

  return {
    enter(address) {
      const line = lines.get(address)
      if (line === undefined) lines.set(address, { running: 1, waiting: [] })
      else line.running++
      return line === undefined ? 0 : line.running - 1
    },
    leave(address) {
      step(address)?.waiting.shift()?.()
    },
    turn(address) {
      const line = step(address)
      if (line === undefined || line.running === 0) return Promise.resolve()
      return new Promise((resolve) => line.waiting.push(resolve))
    },
  }
}
