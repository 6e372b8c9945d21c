import { type Clock, systemClock } from './clock.ts'

/** A clock that stands still until it is told to go on. */
export interface FakeClock extends Clock {
  /** Goes on by `ms`, and calls back what falls due on the way. */
  advance(ms: number): Promise<void>
  /** Goes on from timer to timer until the work is done; gives what it gives. */
  run<Value>(work: PromiseLike<Value>): Promise<Value>
  /** Pauses before retries, in milliseconds, in the order they were asked for. */
  readonly waits: readonly number[]
}

interface Timer {
  readonly at: number
  readonly call: () => void
}

/**
 * A clock for tests that never wait. Only for a `fetch` that answers without real time, such as `scriptedFetch`: it goes
 * on as soon as nothing else does.
 * @param startMs milliseconds since 1970; default 2026-01-01
 * @example
 * const clock = fakeClock()
 * await clock.run(createClient({ baseUrl, format: 'auto', fetch, clock }).get('/v1/charges'))
 * clock.waits // [113]
 */
export function fakeClock(startMs = Date.UTC(2026, 0, 1)): FakeClock {
  let now = startMs
  const timers = new Set<Timer>()
  const waits: number[] = []

  function timer(ms: number, purpose: 'wait' | 'limit', call: () => void): () => void {
    const added = { at: now + ms, call }
    timers.add(added)
    if (purpose === 'wait') waits.push(ms)
    return () => timers.delete(added)
  }

  async function advance(ms: number): Promise<void> {
    const until = now + ms
    for (let next = first(timers); next !== undefined && next.at <= until; next = first(timers)) {
      fire(next)
      await settle()
    }
    now = until
  }

  function fire(next: Timer): void {
    now = Math.max(now, next.at)
    timers.delete(next)
    next.call()
  }

  async function run<Value>(work: PromiseLike<Value>): Promise<Value> {
    let isDone = false
    const done = () => {
      isDone = true
    }
    work.then(done, done)
    for (await settle(); !isDone; await settle()) {
      const next = first(timers)
      if (next !== undefined) fire(next)
    }
    return work
  }

  return { now: () => now, timer, advance, run, waits }
}

function first(timers: ReadonlySet<Timer>): Timer | undefined {
  let earliest: Timer | undefined
  for (const timer of timers) if (earliest === undefined || timer.at < earliest.at) earliest = timer
  return earliest
}

/** Lets everything go on that waits for no timer. */
function settle(): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve))
}

/** A clock whose pauses take no time. */
export interface InstantClock extends Clock {
  /** Pauses before retries, in milliseconds, in the order they were asked for. */
  readonly waits: readonly number[]
}

/**
 * A clock for tests against a real server: pauses before retries are skipped, and counted as passed; time limits are real.
 * @example
 * const clock = instantClock()
 * await createClient({ baseUrl: server.url, format: 'auto', clock }).get('/v1/charges')
 */
export function instantClock(): InstantClock {
  const waits: number[] = []
  let skippedMs = 0
  return {
    waits,
    now: () => systemClock.now() + skippedMs,
    timer(ms, purpose, call) {
      if (purpose === 'limit') return systemClock.timer(ms, purpose, call)
      waits.push(ms)
      return systemClock.timer(0, purpose, () => {
        skippedMs += ms
        call()
      })
    },
  }
}
