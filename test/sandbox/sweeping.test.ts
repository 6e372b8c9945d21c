import { DatabaseSync } from 'node:sqlite'
import { migrate, sqliteIdempotency } from 'culpa/sqlite'
import { afterEach, expect, test, vi } from 'vitest'
import { startSweeping } from '../../examples/sandbox/database/sweeping.ts'

afterEach(() => {
  vi.useRealTimers()
})

const dayMs = 86_400_000
const tenMinutesMs = 600_000

function databaseWithAnswerOf(finishedAt: number) {
  const database = new DatabaseSync(':memory:')
  migrate(database)
  const store = sqliteIdempotency(database, { now: () => finishedAt })
  const claim = store.claim('scope', 'fingerprint', 1000) as { attempt: number }
  store.finish('scope', claim.attempt, { status: 200, headers: [], body: new Uint8Array(1) })
  const kept = () => Number(database.prepare('SELECT count(*) AS n FROM culpa_idempotency').get()?.n)
  return { database, kept }
}

test('recorded answers that are long over leave the database within ten minutes', () => {
  vi.useFakeTimers()
  const { database, kept } = databaseWithAnswerOf(Date.now() - 40 * dayMs)
  const stop = startSweeping(database)
  expect(kept()).toBe(1)
  vi.advanceTimersByTime(tenMinutesMs)
  expect(kept()).toBe(0)
  stop()
  database.close()
})

test('nothing is swept after the stop, when the database is closed', () => {
  vi.useFakeTimers()
  const { database } = databaseWithAnswerOf(Date.now())
  startSweeping(database)()
  database.close()
  expect(() => vi.advanceTimersByTime(2 * tenMinutesMs)).not.toThrow()
  expect(vi.getTimerCount()).toBe(0)
})
