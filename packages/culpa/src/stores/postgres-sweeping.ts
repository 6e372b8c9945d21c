export interface Sweeping {
  /** Begins, unless it has begun or is over. */
  begin(): void
  end(): void
}

/** Rows of a kind in one statement: few enough that it takes some milliseconds. */
const batch = 500
/** Between two batches while there is more, in milliseconds. */
const pauseMs = 100

/**
 * Calls `sweep` every `everyMs` in the background, and goes on at once while it finds a whole batch. The first time lies
 * half to one and a half `everyMs` away, so that processes which started together do not sweep together. It keeps no process alive;
 * a failure is left to the next time.
 */
export function startSweeping(sweep: (limit: number) => Promise<number>, everyMs: number): Sweeping {
  let timer: NodeJS.Timeout | undefined
  let isOver = everyMs === Infinity

  function wait(ms: number): void {
    if (isOver) return
    timer = setTimeout(run, ms)
    timer.unref()
  }

  async function run(): Promise<void> {
    const dropped = await sweep(batch).catch(() => 0)
    wait(dropped < batch ? everyMs : pauseMs)
  }

  return {
    begin() {
      if (timer === undefined) wait((0.5 + Math.random()) * everyMs)
    },
    end() {
      isOver = true
      clearTimeout(timer)
    },
  }
}
