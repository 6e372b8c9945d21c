import { randomUUID } from 'node:crypto'
import { setTimeout as wait } from 'node:timers/promises'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { type Call, callerOf } from '../support/caller.ts'
import { documentedSystem } from '../support/documented.ts'
import { type LiveSandbox, openSandbox } from '../support/live-sandbox.ts'

let sandbox: LiveSandbox
let call: Call
let keys: Readonly<Record<string, string>>

beforeAll(async () => {
  sandbox = await openSandbox()
  keys = sandbox.system('field-errors').keys
  call = callerOf(sandbox.url, documentedSystem('field-errors'), keys.full ?? '', sandbox.secrets)
})
afterAll(() => sandbox?.close())

const payment = { email: 'ada@example.com', amount: 1200 }
const pay = (changes: object = {}, headers = {}) =>
  call('POST', '/payments', { body: { ...payment, ...changes }, headers })
const paid = async () => (await pay()).body

describe('409', () => {
  test('a duplicate record', async () => {
    const reference = randomUUID()
    expect((await pay({ reference })).status).toBe(200)
    expect(await pay({ reference })).toMatchObject({ status: 409, code: 'resource_exists' })
  })

  test('of many duplicates at once, one is created', async () => {
    const reference = randomUUID()
    const answers = await Promise.all(Array.from({ length: 10 }, () => pay({ reference, source: 'tok_processorSlow' })))
    expect(answers.map(({ status }) => status).sort()).toEqual([200, ...Array(9).fill(409)])
  })

  test('a reference whose payment was declined is free again', async () => {
    const reference = randomUUID()
    expect((await pay({ reference, source: 'tok_chargeDeclined' })).code).toBe('payment_declined')
    expect((await pay({ reference })).status).toBe(200)
  })

  test('a reference whose payment the processor refused with 503 is free again', async () => {
    const reference = randomUUID()
    expect((await pay({ reference, source: 'tok_processorDown' })).status).toBe(503)
    expect((await pay({ reference })).status).toBe(200)
  })

  test('a lost race: of two changes of one version, one wins', async () => {
    const { id, version } = await paid()
    const change = (amount: number) => call('PATCH', `/payments/${id}`, { body: { amount, version } })
    const answers = await Promise.all([change(1), change(2), change(3)])
    expect(answers.map(({ status, code }) => `${status} ${code}`).sort()).toEqual([
      '200 ',
      '409 resource_changed',
      '409 resource_changed',
    ])
  })

  test('the payment is locked', async () => {
    const { id } = await paid()
    expect((await call('POST', `/payments/${id}/lock`)).status).toBe(200)
    expect(await call('PATCH', `/payments/${id}`, { body: { amount: 1 } })).toMatchObject({
      status: 409,
      code: 'resource_locked',
    })
    expect(await call('DELETE', `/payments/${id}`)).toMatchObject({ status: 409, code: 'resource_locked' })
    expect((await call('POST', `/payments/${id}/unlock`)).status).toBe(200)
    expect((await call('PATCH', `/payments/${id}`, { body: { amount: 1 } })).status).toBe(200)
  })
})

describe('422', () => {
  const refused = async (body: object) => {
    const answer = await call('POST', '/payments', { body })
    expect(answer).toMatchObject({ status: 422, code: 'validation_failed' })
    return answer.body.errors as Record<string, string[]>
  }

  test('required fields of the body are missing, each named', async () => {
    const errors = await refused({})
    expect(Object.keys(errors).sort()).toEqual(['amount', 'email'])
  })

  test.each(['lots', true, null, [], {}])('a field has a wrong type: amount %j', async (amount) => {
    expect(Object.keys(await refused({ ...payment, amount }))).toEqual(['amount'])
  })

  test.each([0, -1, 100_000_000, 1e300])('a value is out of range: amount %d', async (amount) => {
    expect(Object.keys(await refused({ ...payment, amount }))).toEqual(['amount'])
  })

  test('a field that fails several rules gets a message for each', async () => {
    const { email = [], amount = [] } = await refused({ email: 'x'.repeat(80), amount: -0.5 })
    expect(new Set(email).size).toBeGreaterThan(1)
    expect(new Set(amount).size).toBeGreaterThan(1)
  })

  test('a field nobody knows is named', async () => {
    const errors = await refused({ ...payment, colour: 'red' })
    expect(Object.keys(errors)).toEqual(['colour'])
  })

  test('a card number is never repeated', async () => {
    const { text } = await call('POST', '/payments', { body: { ...payment, source: { number: '4242424242424242' } } })
    expect(text).not.toContain('4242')
  })

  test('a body that is no object is refused in the same envelope', async () => {
    for (const body of ['[]', '"text"', '7', 'null']) {
      expect((await call('POST', '/payments', { body })).status, body).toBe(422)
    }
  })

  test('a declined card is told beside its field', async () => {
    const answer = await pay({ source: 'tok_chargeDeclined' })
    expect(answer).toMatchObject({ status: 422, code: 'payment_declined', body: { errors: { source: [/./] } } })
  })
})

test('429: a burst is refused, and waiting as long as Retry-After says succeeds', async () => {
  const key = keys.trial!
  const answers = await Promise.all(Array.from({ length: 12 }, () => call('GET', '/payments', { key })))
  const refused = answers.filter(({ status }) => status === 429)
  expect(refused.length).toBeGreaterThan(0)
  expect(answers.filter(({ status }) => status === 200).length).toBe(12 - refused.length)
  expect(refused[0]).toMatchObject({ code: 'rate_limited' })
  await wait(Number(refused[0]?.headers.get('retry-after')) * 1000)
  expect((await call('GET', '/payments', { key })).status).toBe(200)
})

describe('5xx', () => {
  test('500: an exception in the handler tells nothing of itself', async () => {
    const answer = await pay({ source: 'tok_processorIncomplete' })
    expect(answer).toMatchObject({ status: 500, code: 'internal_error' })
    expect(Object.keys(answer.body)).toEqual(['message'])
  })

  test.each(['tok_processorNonsense', 'tok_networkDown'])('502: %s', async (source) => {
    expect(await pay({ source })).toMatchObject({ status: 502, code: 'upstream_invalid' })
  })

  test('503: what the API depends on is down; its Retry-After is passed on', async () => {
    const answer = await pay({ source: 'tok_processorDown' })
    expect(answer).toMatchObject({ status: 503, code: 'service_unavailable' })
    expect(answer.headers.get('retry-after')).toBe('7')
  })

  test('504: the upstream does not answer', async () => {
    expect(await pay({ source: 'tok_processorSilent' })).toMatchObject({ status: 504, code: 'upstream_timeout' })
  })
})
