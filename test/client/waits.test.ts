import { createClient } from 'culpa/client'
import { fakeClock, scriptedFetch, seededRandom } from 'culpa/testing'
import { expect, test } from 'vitest'
import { arrange } from './client-of.ts'
import { answer, dropAfterReading, fine, type Step, stall } from './misbehaving-server.ts'

const now = Date.UTC(2026, 5, 1, 12)
const date = (ms: number) => new Date(ms).toUTCString()

/** The wait before the second attempt, and what the call came to. */
async function waitAfter(step: Step, options = {}) {
  const { server, client, clock } = await arrange([step, fine], options)
  const { ok, error } = await client.get('/').safe()
  return {
    waitMs: clock.waits[0],
    ok,
    stopped: error?.stopped,
    status: error?.status,
    requests: server.requests.length,
  }
}

test('waits Retry-After in seconds, no less and at most a tenth more, and then succeeds', async () => {
  const { waitMs, ok } = await waitAfter(answer(429, '', { 'retry-after': '7' }))
  expect(waitMs).toBeGreaterThanOrEqual(7000)
  expect(waitMs).toBeLessThanOrEqual(7700)
  expect(ok).toBe(true)
})

test('waits retry-after-ms', async () => {
  const { waitMs } = await waitAfter(answer(429, '', { 'retry-after-ms': '9500' }))
  expect(waitMs).toBeGreaterThanOrEqual(9500)
  expect(waitMs).toBeLessThanOrEqual(10_450)
})

test('waits RetryInfo of Google', async () => {
  const retryInfo = { '@type': 'type.googleapis.com/google.rpc.RetryInfo', retryDelay: '9.5s' }
  const body = { error: { code: 429, message: 'Slow down.', status: 'RESOURCE_EXHAUSTED', details: [retryInfo] } }
  const { waitMs } = await waitAfter(answer(429, body))
  expect(waitMs).toBeGreaterThanOrEqual(9500)
  expect(waitMs).toBeLessThanOrEqual(10_450)
})

test.each([
  ['IMF-fixdate', date(now + 9000)],
  ['RFC 850', 'Monday, 01-Jun-26 12:00:09 GMT'],
  ['asctime', 'Mon Jun  1 12:00:09 2026'],
])("waits until a date in %s, against the response's own Date", async (_form, until) => {
  // The Date of the response lies in another year than this test runs in: the caller's clock must not matter.
  const { waitMs } = await waitAfter(answer(503, '', { date: date(now), 'retry-after': until }))
  expect(waitMs).toBeGreaterThanOrEqual(9000)
  expect(waitMs).toBeLessThanOrEqual(9900)
})

test.each(['soon', '-5', '1e3', '2026-06-01T12:00:09Z', 'Mon, 99 Jun 2026 12:00:09 GMT'])(
  'Retry-After %s is nonsense: backoff',
  async (hint) => {
    const { waitMs, ok } = await waitAfter(answer(429, '', { 'retry-after': hint }))
    expect(waitMs).toBeGreaterThanOrEqual(50)
    expect(waitMs).toBeLessThanOrEqual(1000)
    expect(ok).toBe(true)
  },
)

test('Retry-After of 600 s ends the call at once with the real error', async () => {
  const ended = await waitAfter(answer(429, '', { 'retry-after': '600' }))
  expect(ended).toEqual({ waitMs: undefined, ok: false, stopped: 'retry_after', status: 429, requests: 1 })
})

test('a longer maxRetryAfterMs and deadline wait it out', async () => {
  const { waitMs } = await waitAfter(answer(429, '', { 'retry-after': '600' }), {
    maxRetryAfterMs: 700_000,
    deadlineMs: 1_000_000,
  })
  expect(waitMs).toBeGreaterThanOrEqual(600_000)
})

test('a wait past the deadline ends the call at once with the real error', async () => {
  const ended = await waitAfter(answer(429, '', { 'retry-after': '7' }), { deadlineMs: 5000 })
  expect(ended).toEqual({ waitMs: undefined, ok: false, stopped: 'deadline', status: 429, requests: 1 })
})

test('attempts and waits together stay within the deadline', async () => {
  const clock = fakeClock()
  const fetch = scriptedFetch(() => 'stalled')
  const client = createClient({ baseUrl: 'https://api.test', format: 'auto', fetch, clock, random: seededRandom(1) })
  const startedAt = clock.now()
  const { error } = await clock.run(client.get('/').safe())
  expect(clock.now() - startedAt).toBe(60_000)
  expect(error).toMatchObject({ code: 'timeout', stopped: 'deadline' })
  expect(error?.attempts.map(({ durationMs }) => durationMs)[0]).toBe(30_000)
})

test('the time limit of an attempt includes its body', async () => {
  const clock = fakeClock()
  const fetch = scriptedFetch(['stalled_body', { status: 200, body: { id: 1 } }])
  const client = createClient({ baseUrl: 'https://api.test', format: 'auto', fetch, clock })
  expect(await clock.run(client.get('/'))).toEqual({ id: 1 })
  expect(fetch.requests).toHaveLength(2)
})

test('the first retries of many callers are spread, not all at 500 ms', async () => {
  const clock = fakeClock()
  for (let seed = 0; seed < 200; seed++) {
    const fetch = scriptedFetch(['dropped', { status: 200, body: {} }])
    const client = createClient({
      baseUrl: 'https://api.test',
      format: 'auto',
      fetch,
      clock,
      random: seededRandom(seed),
    })
    await clock.run(client.get('/'))
  }
  expect(clock.waits).toHaveLength(200)
  expect(Math.min(...clock.waits)).toBeGreaterThanOrEqual(50)
  expect(Math.max(...clock.waits)).toBeLessThanOrEqual(200)
  const fullest = Math.max(
    ...histogram(
      clock.waits.filter((wait) => wait > 50),
      15,
    ).values(),
  )
  expect(fullest).toBeLessThan(40)
})

test('waits grow: around 200, 400, 800 ms, and around 1 s where the server asks for room', async () => {
  const drawn = { random: () => 0.999, maxAttempts: 6 }
  const plain = await arrange([answer(500)], drawn)
  await plain.client.get('/').safe()
  expect(plain.clock.waits.map(Math.round)).toEqual([200, 400, 799, 1598, 3197])
  const limited = await arrange([answer(429)], drawn)
  await limited.client.get('/').safe()
  expect(limited.clock.waits.map(Math.round)).toEqual([999, 1998, 3996, 7992, 7992])
})

test('a call can have its own limits', async () => {
  const { server, client } = await arrange([stall])
  const { error } = await client.get('/', { maxAttempts: 2, timeoutMs: 50 }).safe()
  expect(error?.message).toContain('50 ms')
  expect(server.requests).toHaveLength(2)
  const none = await arrange([dropAfterReading])
  await none.client.get('/', { maxAttempts: 1 }).safe()
  expect(none.server.requests).toHaveLength(1)
})

function histogram(values: readonly number[], width: number): Map<number, number> {
  const counts = new Map<number, number>()
  for (const value of values) counts.set(Math.floor(value / width), (counts.get(Math.floor(value / width)) ?? 0) + 1)
  return counts
}
