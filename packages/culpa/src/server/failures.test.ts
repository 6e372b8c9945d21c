import { expect, test } from 'vitest'
import { refusal } from '../contract/api-error.ts'
import { defineContract } from '../contract/define-contract.ts'
import { createApi } from '../create-api.ts'
import { memoryLog, send } from '../guards/testing.suite.ts'
import { operationsFor } from './operations-for.ts'
import { callUpstream } from './upstream.ts'

const contract = defineContract({
  docs: '/errors',
  errors: { card_declined: { status: 402, message: 'Your card was declined.', showToUser: true } },
})

const codes = [
  'card_declined',
  'upstream_invalid',
  'upstream_timeout',
  'service_unavailable',
  'resource_exists',
  'resource_changed',
  'resource_locked',
  'resource_missing',
] as const

async function answerTo(handler: () => unknown) {
  const { events, log } = memoryLog()
  const operation = operationsFor(contract)
  const api = createApi({ contract, operations: [operation('POST /', { errors: codes, handler })], log })
  const answer = await send(api, 'POST /')
  return { answer, event: events[0] }
}

function thrower(code: (typeof codes)[number]) {
  return () => {
    throw contract.errors[code]()
  }
}

test('upstream refused: 502 upstream_invalid, and its address stays in the log', async () => {
  const { answer, event } = await answerTo(() => callUpstream('http://127.0.0.1:1/'))
  expect(answer).toMatchObject({ status: 502, code: 'upstream_invalid' })
  expect(answer.text).not.toContain('127.0.0.1')
  expect(event).toMatchObject({ source: 'upstream', declared: true, cause: expect.any(String) })
})

test('dependency down: 503 service_unavailable + Retry-After', async () => {
  const { answer } = await answerTo(thrower('service_unavailable'))
  expect(answer).toMatchObject({ status: 503, code: 'service_unavailable' })
  expect(answer.header('retry-after')).toBe('1')
})

test('upstream deadline passed: 504 upstream_timeout', async () => {
  const { answer, event } = await answerTo(thrower('upstream_timeout'))
  expect(answer).toMatchObject({ status: 504, code: 'upstream_timeout' })
  expect(event?.source).toBe('upstream')
})

test("valid, but the business refused: 402 with the contract's own code", async () => {
  const { answer } = await answerTo(thrower('card_declined'))
  expect(answer).toMatchObject({ status: 402, code: 'card_declined' })
  expect(answer.json.detail).toBe('Your card was declined.')
})

test.each([
  ['duplicate', 'resource_exists'],
  ['lost race', 'resource_changed'],
  ['locked', 'resource_locked'],
] as const)('%s: 409 with its own code, %s', async (_name, code) => {
  expect((await answerTo(thrower(code))).answer).toMatchObject({ status: 409, code })
})

test('a resource that was never there: 404 resource_missing', async () => {
  expect((await answerTo(thrower('resource_missing'))).answer).toMatchObject({ status: 404, code: 'resource_missing' })
})

test('the caller going away aborts the signal of a handler that has no key to keep its result under', async () => {
  const controller = new AbortController()
  const operation = operationsFor(contract)
  const seen: boolean[] = []
  const api = createApi({
    contract,
    operations: [
      operation('POST /', {
        handler({ signal }) {
          seen.push(signal.aborted)
          controller.abort()
          seen.push(signal.aborted)
        },
      }),
    ],
  })
  await send(api, 'POST /', { signal: controller.signal })
  expect(seen).toEqual([false, true])
})

const parserCodes = [
  'request_malformed',
  'request_timeout',
  'headers_too_large',
  'target_too_long',
  'expectation_failed',
] as const

test.each(parserCodes)(
  "what an adapter refuses before any handler, %s, goes out in the contract's envelope",
  (code) => {
    const { events, log } = memoryLog()
    const api = createApi({ contract, operations: [], log })
    const request = {
      method: '',
      target: '',
      address: '203.0.113.7',
      signal: new AbortController().signal,
      hasBody: false,
      header: () => undefined,
      headerCount: () => 0,
      headers: () => [],
      body: () => Promise.reject(new Error('unread')),
    }
    const { status, headers, body } = api.refuse(request, refusal(code))
    expect(status).toBe(contract.codes.get(code)?.status)
    expect(headers).toContainEqual(['error-code', code])
    expect(headers).toContainEqual(['cache-control', 'no-store'])
    expect(JSON.parse(body as string)).toMatchObject({ status, code })
    expect(events).toMatchObject([{ code, source: 'parser', declared: true }])
  },
)
