import { DatabaseSync } from 'node:sqlite'
import type { LogEntry } from 'culpa'
import { migrate, sqliteIdempotency, sqliteLog } from 'culpa/sqlite'
import { expect, test } from 'vitest'

const start = Date.UTC(2026, 0, 1)

function entryOf(number: number, event: Partial<LogEntry['event']> = {}, messages: Partial<LogEntry> = {}): LogEntry {
  return {
    event: {
      at: start + number * 1000,
      requestId: `req_${number}`,
      contract: 'shop',
      method: 'GET',
      path: '/things',
      status: 200,
      durationMs: 1.5,
      ...event,
    },
    target: '/things?limit=1',
    ...messages,
  }
}

function arrange(options: Parameters<typeof sqliteLog>[1] = {}) {
  const db = new DatabaseSync(':memory:')
  migrate(db)
  const log = sqliteLog(db, { now: () => start + 100_000, ...options })
  const rows = (table: string) => (db.prepare(`SELECT count(*) AS n FROM ${table}`).get() as { n: number }).n
  return { db, log, rows }
}

const idsOf = (entries: readonly { readonly id: number }[]) => entries.map(({ id }) => id)
const many = (count: number, event: Partial<LogEntry['event']> = {}) =>
  Array.from({ length: count }, (_, index) => entryOf(index, event))

test('gives back what was written, messages only where they are asked for', () => {
  const { log } = arrange()
  const entry = entryOf(
    1,
    {
      status: 500,
      code: 'internal_error',
      source: 'handler',
      declared: false,
      cause: 'Error: a\n at b',
      operation: 'GET /things',
      replayed: true,
      caller: { keyId: 'k', tenant: 't', environment: 'test' },
      trace: { traceId: 'a', spanId: 'b', parentSpanId: 'c' },
    },
    {
      request: { headers: [['Accept', '*/*']] },
      reply: { headers: [['content-type', 'application/json']], body: '{"a":1}', note: 'cut' },
    },
  )
  const id = log.write([entry])
  expect(log.find(id)).toEqual({ id, ...entry })
  const { cause: _cause, trace: _trace, ...event } = entry.event
  expect(log.read({ limit: 10 })).toEqual({ entries: [{ id, target: entry.target, event }] })
  expect(log.find(id + 1)).toBeUndefined()
})

test('pages go on from where they ended, newest first and oldest first', () => {
  const { log } = arrange()
  log.write(many(10))
  const first = log.read({ limit: 4 })
  expect(idsOf(first.entries)).toEqual([10, 9, 8, 7])
  const second = log.read({ limit: 4, before: first.next as number })
  expect(idsOf(second.entries)).toEqual([6, 5, 4, 3])
  const last = log.read({ limit: 4, before: second.next as number })
  expect([idsOf(last.entries), last.next]).toEqual([[2, 1], undefined])
  const forward = log.read({ limit: 4, after: 3 })
  expect([idsOf(forward.entries), forward.next]).toEqual([[4, 5, 6, 7], 7])
  expect(idsOf(log.read({ limit: 4, after: 7 }).entries)).toEqual([8, 9, 10])
})

test('all filters must match', () => {
  const { log } = arrange()
  log.write([
    entryOf(1),
    entryOf(2, { status: 404, code: 'resource_missing', source: 'handler', operation: 'GET /things/:id' }),
    entryOf(3, { status: 404, code: 'route_unknown', source: 'guard' }),
    entryOf(4, { status: 502, code: 'upstream_invalid', source: 'upstream', contract: 'other' }),
  ])
  const read = (query: object) => idsOf(log.read({ limit: 10, ...query }).entries)
  expect(read({ statuses: [400, 499] })).toEqual([3, 2])
  expect(read({ statuses: [400, 499], code: 'route_unknown' })).toEqual([3])
  expect(read({ operation: 'GET /things/:id' })).toEqual([2])
  expect(read({ requestId: 'req_1' })).toEqual([1])
  expect(read({ contract: 'other', source: 'upstream' })).toEqual([4])
  expect(read({ contract: 'other', source: 'guard' })).toEqual([])
})

test('a page looks at so many lines and no more, and tells where to go on', () => {
  const { log } = arrange({ maxRows: 1_000_000 })
  log.write([entryOf(0, { code: 'rare' }), ...many(45_000)])
  let page = log.read({ limit: 10, code: 'rare' })
  let pages = 1
  for (; page.next !== undefined; pages++) page = log.read({ limit: 10, code: 'rare', before: page.next })
  expect([idsOf(page.entries), pages]).toEqual([[1], 3])
  let forward = log.read({ limit: 10, contract: 'none', after: 0 })
  for (; forward.next !== undefined; ) forward = log.read({ limit: 10, contract: 'none', after: forward.next })
  expect(forward.entries).toEqual([])
})

test('stays within its rows, its bytes and its age, a few rows at a time', () => {
  const { log, rows } = arrange({ maxRows: 50 })
  const messages = { reply: { headers: [], body: 'x' } }
  log.write(Array.from({ length: 200 }, (_, index) => entryOf(index, {}, messages)))
  expect([log.sweep(40), rows('culpa_log'), rows('culpa_log_messages')]).toEqual([40, 160, 160])
  while (log.sweep(40) > 0);
  expect([rows('culpa_log'), rows('culpa_log_messages')]).toEqual([50, 50])
  expect(idsOf(log.read({ limit: 1 }).entries)).toEqual([200])

  const small = arrange({ maxBytes: 10_000 })
  small.log.write(
    Array.from({ length: 20 }, (_, index) => entryOf(index, {}, { reply: { headers: [], body: 'x'.repeat(2000) } })),
  )
  while (small.log.sweep(5) > 0);
  expect(small.rows('culpa_log')).toBe(4)

  const old = arrange({ maxAgeMs: 90_000 })
  old.log.write(many(20))
  while (old.log.sweep(5) > 0);
  expect(old.rows('culpa_log')).toBe(9)
})

test('counts by code and operation, and over time, also what was swept away', () => {
  const { log } = arrange({ maxRows: 1 })
  log.write([...many(30), ...many(5, { status: 404, code: 'route_unknown', source: 'guard', declared: true })])
  log.write(many(2, { status: 404, code: 'route_unknown', source: 'guard', declared: true }))
  log.sweep(100)
  const groups = log.groups({ since: start })
  expect(groups.map(({ code, status, count }) => [code, status, count])).toEqual([
    [undefined, 200, 30],
    ['route_unknown', 404, 7],
  ])
  expect(log.groups({ since: start, statuses: [400, 499] })).toHaveLength(1)
  expect(log.series({ since: start }, 20_000)).toEqual([
    { at: start, counts: { 2: 20, 4: 7 } },
    { at: start + 20_000, counts: { 2: 10 } },
  ])
})

test('a batch is written as a whole or not at all', () => {
  const { log, rows } = arrange()
  // A value that SQLite does not take.
  const broken = entryOf(2, { status: 'none' as unknown as number })
  expect(() => log.write([entryOf(1), broken])).toThrow()
  expect(rows('culpa_log')).toBe(0)
  log.write([entryOf(3)])
  expect(rows('culpa_log')).toBe(1)
})

test('takes a handle that does not flush, which no store for money does', () => {
  const { db, log } = arrange()
  db.exec('PRAGMA synchronous = NORMAL')
  expect(() => sqliteLog(db)).not.toThrow()
  expect(() => sqliteIdempotency(db)).toThrow(/migrate/)
  expect(() => sqliteLog(new DatabaseSync(':memory:'))).toThrow(/Remedy: call migrate\(db\)/)
  expect(log.head()).toBe(0)
})

test('ids go on after everything was swept away', () => {
  const { log } = arrange({ maxAgeMs: 1 })
  log.write(many(3))
  log.sweep(10)
  expect([log.read({ limit: 10 }).entries, log.head(), log.write([entryOf(1)])]).toEqual([[], 3, 4])
})

test('a clock that was wrong for a while keeps nothing longer', () => {
  const dayMs = 86_400_000
  let now = start
  const { log } = arrange({ maxAgeMs: 7 * dayMs, now: () => now })
  log.write(many(3))
  log.write(many(5, { at: start + 365 * dayMs }))
  log.write(many(2))
  while (log.sweep(3) > 0);
  expect(idsOf(log.read({ limit: 20 }).entries)).toHaveLength(10)
  expect(log.groups({ since: start }).map(({ count }) => count)).toEqual([5])
  now += 8 * dayMs
  while (log.sweep(3) > 0);
  expect(log.read({ limit: 20 }).entries).toEqual([])
})

test('on a full disk the oldest entries make room for new ones', () => {
  const { db, log } = arrange()
  db.exec('PRAGMA max_page_count = 400')
  const batch = () =>
    Array.from({ length: 50 }, (_, index) => entryOf(index, {}, { reply: { headers: [], body: text } }))
  const text = 'x'.repeat(1000)
  for (let written = 0; written < 60; written++) log.write(batch())
  const { entries } = log.read({ limit: 5000 })
  expect(entries[0]?.id).toBe(3000)
  expect(entries.length).toBeGreaterThan(200)
  expect(log.find(3000)?.reply?.body).toBe(text)
})
