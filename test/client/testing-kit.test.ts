import { createClient } from 'culpa/client'
import { assertSameKey, fakeClock, instantClock, type ScriptedStep, scriptedFetch, seededRandom } from 'culpa/testing'
import { expect, test } from 'vitest'

const ok = { status: 200, body: { id: 1 } }

test.each<[ScriptedStep, object]>([
  ['refused', { code: 'connection_failed', outcome: 'not_sent' }],
  ['dropped', { code: 'connection_lost', outcome: 'unknown' }],
  ['stalled', { code: 'timeout' }],
  ['stalled_body', { code: 'timeout' }],
  ['cut_body', { code: 'connection_lost' }],
  [{ status: 404 }, { status: 404 }],
])('a scripted fetch meets a request with %j as a real one would', async (step, failure) => {
  const clock = fakeClock()
  const fetch = scriptedFetch([step])
  const client = createClient({ baseUrl: 'https://api.test', format: 'auto', fetch, clock, maxAttempts: 1 })
  expect((await clock.run(client.post('/').safe())).error).toMatchObject(failure)
})

test('a script can answer by the request, and what it has no step for fails', async () => {
  const fetch = scriptedFetch(({ method }, number) => ({ status: 200, body: { method, number } }))
  const client = createClient({ baseUrl: 'https://api.test', format: 'auto', fetch })
  expect(await client.put('/')).toEqual({ method: 'PUT', number: 1 })
  const over = createClient({ baseUrl: 'https://api.test', format: 'auto', fetch: scriptedFetch([]) })
  expect((await over.post('/').safe()).error?.cause).toMatchObject({ message: 'scriptedFetch: no step for request 1' })
})

test('a fake clock goes on only when told, and calls back in order', async () => {
  const clock = fakeClock(0)
  const called: number[] = []
  clock.timer(20, 'limit', () => called.push(clock.now()))
  clock.timer(10, 'wait', () => called.push(clock.now()))
  clock.timer(15, 'limit', () => called.push(clock.now()))()
  await clock.advance(10)
  expect(called).toEqual([10])
  await clock.advance(100)
  expect([called, clock.now(), clock.waits]).toEqual([[10, 20], 110, [10]])
})

test('an instant clock skips pauses and counts them as passed', async () => {
  const clock = instantClock()
  const startedAt = clock.now()
  const fetch = scriptedFetch([{ status: 429, headers: { 'retry-after': '20' } }, ok])
  await createClient({ baseUrl: 'https://api.test', format: 'auto', fetch, clock }).get('/')
  expect(clock.waits[0]).toBeGreaterThanOrEqual(20_000)
  expect(clock.now() - startedAt).toBeGreaterThanOrEqual(20_000)
})

test('seeded numbers are the same in every run, spread from 0 to 1', () => {
  const take = (seed: number) => Array.from({ length: 1000 }, seededRandom(seed))
  expect(take(7)).toEqual(take(7))
  expect(take(7)).not.toEqual(take(8))
  const mean = take(7).reduce((sum, each) => sum + each, 0) / 1000
  expect(Math.abs(mean - 0.5)).toBeLessThan(0.05)
  expect(take(7).every((each) => each >= 0 && each < 1)).toBe(true)
})

test('assertSameKey gives the key, and throws where there is none or another', () => {
  const of = (...keys: (string | undefined)[]) =>
    keys.map((key) => ({ headers: key === undefined ? {} : { 'idempotency-key': key } }))
  expect(assertSameKey(of('a', 'a'))).toBe('a')
  expect(() => assertSameKey(of('a', 'b'))).toThrow('a, b')
  expect(() => assertSameKey(of('a', undefined))).toThrow('none')
  expect(() => assertSameKey(of())).toThrow('none sent')
})
