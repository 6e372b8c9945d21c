import { getEventListeners } from 'node:events'
import { createClient, RequestAbortedError } from 'culpa/client'
import { fakeClock, scriptedFetch } from 'culpa/testing'
import { expect, test } from 'vitest'
import { arrange } from './client-of.ts'
import { answer, fine, type Misdeed, stall, stallAfterHeaders } from './misbehaving-server.ts'

const listeners = (signal: AbortSignal) => getEventListeners(signal, 'abort').length

test.each([
  ['while nothing comes', stall],
  ['while the body does not come', stallAfterHeaders],
])('an abort ends a call %s, and leaves no listener', async (_when, step) => {
  const controller = new AbortController()
  const arrived = Promise.withResolvers<void>()
  const seen: Misdeed = (socket, request) => {
    step(socket, request)
    arrived.resolve()
  }
  const { server, client } = await arrange([seen])
  const call = client.post('/v1/charges', { signal: controller.signal, body: {} }).safe()
  await arrived.promise
  expect(listeners(controller.signal)).toBeGreaterThan(0)
  controller.abort(new Error('no longer needed'))
  const { error } = await call
  expect(error).toBeInstanceOf(RequestAbortedError)
  expect(error).toMatchObject({ code: 'aborted', outcome: 'unknown', cause: { message: 'no longer needed' } })
  expect(listeners(controller.signal)).toBe(0)
  expect(server.requests).toHaveLength(1)
})

test('an abort ends the wait before a retry, without the clock going on, and leaves no listener', async () => {
  const controller = new AbortController()
  const clock = fakeClock()
  const fetch = scriptedFetch([{ status: 429, headers: { 'retry-after': '20' } }])
  const onRetry = () => queueMicrotask(() => setTimeout(() => controller.abort()))
  const client = createClient({ baseUrl: 'https://api.test', format: 'auto', fetch, clock, onRetry })
  const startedAt = clock.now()
  // Nobody advances the clock: only the abort can end this.
  const { error } = await client.post('/v1/charges', { signal: controller.signal }).safe()
  expect(error).toMatchObject({ code: 'aborted', outcome: 'rejected', attempts: [{ status: 429 }] })
  expect(clock.now()).toBe(startedAt)
  expect(listeners(controller.signal)).toBe(0)
})

test('an abort ends a call whose fetch ignores its signal', async () => {
  const controller = new AbortController()
  const client = createClient({ baseUrl: 'https://api.test', format: 'auto', fetch: scriptedFetch(['stalled']) })
  const call = client.get('/', { signal: controller.signal }).safe()
  setTimeout(() => controller.abort())
  expect((await call).error?.code).toBe('aborted')
})

test('a signal that is aborted already sends nothing', async () => {
  const { server, client } = await arrange([fine])
  const { error } = await client.post('/', { signal: AbortSignal.abort() }).safe()
  expect(error).toMatchObject({ code: 'aborted', outcome: 'not_sent' })
  expect(server.requests).toHaveLength(0)
})

test('a call that ends by itself leaves no listener', async () => {
  const { signal } = new AbortController()
  const { client } = await arrange([answer(500), fine])
  await client.get('/', { signal })
  expect(listeners(signal)).toBe(0)
})
