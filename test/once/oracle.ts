import { expect } from 'vitest'
import { chargeToTheEnd, type Seen } from './charge.ts'
import type { Books, Worker } from './workers.ts'

/** What callers saw before the end, by key. A request may have been sent several times. */
export type Acknowledged = ReadonlyMap<string, readonly Seen[]>

/** What a run came to. A violation is a key for which the promise was broken. */
export interface Figures {
  readonly executions: number
  readonly replays: number
  readonly violations: number
}

/**
 * Sends every key once more and compares with the books: at most one run a key; what was answered is answered again,
 * byte for byte; in a transaction the run and its answer are both there, in lease mode an explicit "unknown" may stand.
 * Tells what all came to, also where it was not so.
 */
export async function expectOnce(
  books: Books,
  worker: Worker,
  acknowledged: Acknowledged,
  tell: (figures: Figures) => void = () => undefined,
): Promise<void> {
  const keys = [...acknowledged.keys()]
  const last = new Map<string, Seen>()
  for (let from = 0; from < keys.length; from += 20) {
    const some = keys.slice(from, from + 20)
    await Promise.all(some.map(async (key) => last.set(key, await chargeToTheEnd(worker, books, key))))
  }
  const runs = new Map<string, string[]>()
  for (const [key, nonce] of await books.runs()) runs.set(key, [...(runs.get(key) ?? []), nonce])
  const violations: unknown[] = []
  for (const [key, seen] of acknowledged) {
    try {
      judge(books, key, seen, last.get(key) as Seen, runs.get(key) ?? [])
    } catch (violation) {
      violations.push(violation)
    }
  }
  const answers = [...[...acknowledged.values()].flat(), ...last.values()]
  tell({
    executions: [...runs.values()].flat().length,
    replays: answers.filter(({ replayed }) => replayed).length,
    violations: violations.length,
  })
  if (violations.length > 0) throw violations[0]
}

function judge(books: Books, key: string, seen: readonly Seen[], last: Seen, nonces: readonly string[]): void {
  const place = `${key}: seen ${seen.map(({ status, code }) => `${status} ${code}`)}, last ${last.status} ${last.code}`
  for (const { status, code } of seen) {
    const isBusy = status === 409 && code === 'idempotency_in_progress'
    const isUnknown = !books.isTransactional && code === 'idempotency_outcome_unknown'
    expect(status === 200 || status === 503 || isBusy || isUnknown, place).toBe(true)
  }
  expect(nonces.length, place).toBeLessThanOrEqual(1)
  if (last.status === 200) {
    expect(last.text, place).toBe(JSON.stringify({ nonce: nonces[0] }))
    for (const { status, text } of seen) if (status === 200) expect(text, place).toBe(last.text)
    return
  }
  expect(books.isTransactional, place).toBe(false)
  expect(last.code, place).toBe('idempotency_outcome_unknown')
  expect(
    seen.filter(({ status }) => status === 200),
    place,
  ).toEqual([])
}
