import { charge, type Seen } from './charge.ts'
import type { Books, Worker } from './workers.ts'

export interface Load {
  /** What callers saw, by key. */
  readonly acknowledged: ReadonlyMap<string, readonly Seen[]>
  /** How many were sent, those that got no answer among them. */
  readonly requests: number
  /** Begins to send: new keys, and now and then an old one again. Ends with the requests that are under way. */
  start(workers: readonly Worker[]): { end(): Promise<void> }
}

/** Callers that go on whatever becomes of the workers, which may be replaced in their list meanwhile. */
export function createLoad(books: Books, callers: number, random: () => number): Load {
  const acknowledged = new Map<string, Seen[]>()
  let sent = 0
  let requests = 0

  function nextKey(): string {
    const old = [...acknowledged.keys()]
    if (old.length > 0 && random() < 0.4) return old[Math.floor(random() * old.length)] as string
    sent += 1
    return `k${sent}`
  }

  async function callOnce(workers: readonly Worker[]): Promise<void> {
    const key = nextKey()
    const list = acknowledged.get(key) ?? []
    acknowledged.set(key, list)
    requests += 1
    const seen = await charge(workers[Math.floor(random() * workers.length)]!, books, key)
    if (seen !== undefined) list.push(seen)
    await new Promise((resolve) => setTimeout(resolve, 10))
  }

  return {
    acknowledged,
    get requests() {
      return requests
    },
    start(workers) {
      let isOver = false
      const calling = Array.from({ length: callers }, async () => {
        while (!isOver) await callOnce(workers)
      })
      return {
        async end() {
          isOver = true
          await Promise.all(calling)
        },
      }
    },
  }
}
