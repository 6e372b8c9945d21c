import { randomUUID } from 'node:crypto'
import { setTimeout as wait } from 'node:timers/promises'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { type Call, callerOf } from '../support/caller.ts'
import { documentedSystem } from '../support/documented.ts'
import { type LiveSandbox, openSandbox } from '../support/live-sandbox.ts'

let sandbox: LiveSandbox
let call: Call
let keys: Readonly<Record<string, string>>
let prospect: string

beforeAll(async () => {
  sandbox = await openSandbox()
  keys = sandbox.system('capture').keys
  call = callerOf(sandbox.url, documentedSystem('capture'), keys.full ?? '', sandbox.secrets)
  prospect = (await create()).body.id
})
afterAll(() => sandbox?.close())

const address = () => `${randomUUID()}@example.com`
const create = (more: object = {}, key = keys.full ?? '') =>
  call('POST', '/prospects', { body: { email: address(), ...more }, key })
const charge = (source: string, headers = {}) =>
  call('POST', '/charges', { body: { prospect, amount: 2000, currency: 'usd', source }, headers })

describe('400', () => {
  test('a parameter is missing, and param names it', async () => {
    const answer = await call('GET', '/prospects/search')
    expect(answer).toMatchObject({ status: 400, code: 'parameter_missing' })
    expect(answer.body.error).toMatchObject({ type: 'invalid_request_error', param: 'email' })
  })

  test('a parameter is wrong, and param names it', async () => {
    const answer = await call('GET', '/prospects?limit=0')
    expect(answer.body.error).toMatchObject({
      type: 'invalid_request_error',
      code: 'parameter_invalid',
      param: 'limit',
    })
    expect(answer.status).toBe(400)
  })

  test('a field of the body is missing or wrong', async () => {
    const answer = await call('POST', '/charges', {
      body: { prospect, amount: -1, currency: 'usd', source: 'tok_visa' },
    })
    expect(answer.status).toBe(400)
    expect(answer.body.error).toMatchObject({
      type: 'invalid_request_error',
      code: 'validation_failed',
      param: 'amount',
    })
  })

  test('the body is not valid JSON', async () => {
    expect(await call('POST', '/prospects', { body: '{' })).toMatchObject({ status: 400, code: 'body_malformed' })
  })
})

describe('401', () => {
  test('no key in the request', async () => {
    const answer = await call('GET', '/prospects', { key: null })
    expect(answer).toMatchObject({ status: 401, code: 'api_key_missing' })
    expect(answer.body.error.type).toBe('authentication_error')
  })

  test.each([
    ['a key with a typing error', 'api_key_invalid', () => `${keys.full?.slice(0, -1)}_`],
    ['a key that was revoked', 'api_key_revoked', () => keys.revoked ?? ''],
    ['a key that has expired', 'api_key_expired', () => keys.expired ?? ''],
  ] as const)('%s', async (_, code, key) => {
    const answer = await call('GET', '/prospects', { key: key() })
    expect(answer).toMatchObject({ status: 401, code })
    expect(answer.body.error.type).toBe('authentication_error')
  })
})

test.each([
  'chargeDeclined',
  'chargeDeclinedInsufficientFunds',
  'chargeDeclinedExpiredCard',
  'chargeDeclinedIncorrectCvc',
  'chargeDeclinedLostCard',
])('402: tok_%s is a card_error whose message is for the end user', async (name) => {
  const answer = await charge(`tok_${name}`)
  expect(answer.status).toBe(402)
  expect(answer.body.error).toMatchObject({ type: 'card_error', code: 'card_declined', param: 'source' })
  expect(answer.body.error.message).toMatch(/^Your card was declined/)
  expect(answer.body.error.message).not.toMatch(/lost|stolen|fraud|tok_|processor/i)
})

describe('403', () => {
  test('a hidden prospect is for administrators only', async () => {
    const { id, email } = (await create({ hidden: true })).body
    const refusals = [
      await call('GET', `/prospects/${id}`),
      await call('DELETE', `/prospects/${id}`),
      await call('GET', `/prospects/search?email=${encodeURIComponent(email)}`),
    ]
    for (const refusal of refusals) expect(refusal).toMatchObject({ status: 403, code: 'prospect_hidden' })
    expect(refusals.map(({ text }) => text).join()).not.toContain(email)
    expect(await call('GET', `/prospects/${id}`, { key: keys.admin! })).toMatchObject({
      status: 200,
      body: { id, email },
    })
  })

  test('lists hold hidden prospects for administrators only', async () => {
    const { id } = (await create({ hidden: true })).body
    const list = async (key: string) => {
      const ids: string[] = []
      for (let more = true, after = ''; more; after = `&starting_after=${ids.at(-1)}`) {
        const { body } = await call('GET', `/prospects?limit=100${after}`, { key })
        ids.push(...body.data.map((one: { id: string }) => one.id))
        more = body.has_more
      }
      return ids
    }
    expect(await list(keys.full!)).not.toContain(id)
    expect(await list(keys.admin!)).toContain(id)
  })

  test('the key lacks the permission', async () => {
    const answer = await create({}, keys.read_only!)
    expect(answer).toMatchObject({ status: 403, code: 'permission_denied' })
    // This system has no type for permissions.
    expect(answer.body.error.type).toBe('invalid_request_error')
  })
})

describe('404', () => {
  test('a wrong id and the prospect of another organisation are answered alike, byte for byte', async () => {
    const { id } = (await create({}, keys.other_org!)).body
    const [foreign, absent] = [
      await call('GET', `/prospects/${id}`),
      await call('GET', `/prospects/pro_${'0'.repeat(24)}`),
    ]
    expect(absent).toMatchObject({ status: 404, code: 'resource_missing', body: { error: { param: 'id' } } })
    const same = ({ status, text, headers }: typeof absent) => ({
      status,
      text,
      headers: [...headers].filter(([name]) => !['request-id', 'date', 'ratelimit'].includes(name)),
    })
    expect(same(foreign)).toEqual(same(absent))
  })

  test('a typing error in the URL', async () => {
    expect(await call('GET', '/prospect')).toMatchObject({ status: 404, code: 'route_unknown' })
  })
})

test.each([
  ['PUT', '/prospects', 'GET, HEAD, OPTIONS, POST'],
  ['PATCH', '/prospects/pro_1', 'DELETE, GET, HEAD, OPTIONS'],
  ['DELETE', '/charges', 'GET, HEAD, OPTIONS, POST'],
])('405: %s %s is a wrong method; Allow lists the right ones', async (method, path, allow) => {
  const answer = await call(method, path)
  expect(answer).toMatchObject({ status: 405, code: 'method_not_allowed' })
  expect(answer.headers.get('allow')?.split(', ').sort().join(', ')).toBe(allow)
})

test.each(['text/html', 'application/xml', 'application/json;q=0', '*/*;q=0'])(
  '406: a prospect asked for as %s; the refusal is JSON all the same',
  async (accept) => {
    const answer = await call('GET', `/prospects/${prospect}`, { headers: { accept } })
    expect(answer).toMatchObject({ status: 406, code: 'not_acceptable' })
    expect(answer.headers.get('content-type')).toBe('application/json')
  },
)

test.each(['application/json', '*/*', 'application/*;q=0.1', 'text/html, application/json;q=0.5'])(
  '200: a prospect asked for as %s',
  async (accept) => {
    expect((await call('GET', `/prospects/${prospect}`, { headers: { accept } })).status).toBe(200)
  },
)

describe('409', () => {
  test('the same idempotency key with two different requests; the first one’s answer stands', async () => {
    const headers = { 'idempotency-key': randomUUID() }
    const body = { email: address() }
    const first = await call('POST', '/prospects', { body, headers })
    const answer = await call('POST', '/prospects', { body: { email: address() }, headers })
    expect(answer).toMatchObject({ status: 409, code: 'idempotency_key_reused' })
    const again = await call('POST', '/prospects', { body, headers })
    expect(again).toMatchObject({ status: 200, text: first.text })
    expect(again.headers.get('idempotent-replayed')).toBe('true')
  })

  test('a retry that overtakes its request', async () => {
    const headers = { 'idempotency-key': randomUUID() }
    const answers = await Promise.all([charge('tok_processorSlow', headers), charge('tok_processorSlow', headers)])
    const [early] = answers.filter(({ status }) => status === 409)
    expect(early).toMatchObject({ code: 'idempotency_in_progress' })
    expect(early?.headers.get('retry-after')).toMatch(/^[1-9]\d*$/)
    expect(answers.filter(({ status }) => status === 200)).toHaveLength(1)
  })

  test('the address of another prospect', async () => {
    const email = address()
    expect((await create({ email })).status).toBe(200)
    expect(await create({ email })).toMatchObject({ status: 409, code: 'resource_exists' })
  })
})

test('410: the prospect was removed; its address is free again', async () => {
  const { id, email } = (await create()).body
  expect((await call('DELETE', `/prospects/${id}`)).status).toBe(200)
  expect(await call('GET', `/prospects/${id}`)).toMatchObject({ status: 410, code: 'resource_gone' })
  expect((await create({ email })).status).toBe(200)
})

test('429: rate_limit_error, and waiting as long as Retry-After says succeeds', async () => {
  const key = keys.trial!
  const answers = await Promise.all(Array.from({ length: 12 }, () => call('GET', '/prospects', { key })))
  const refused = answers.filter(({ status }) => status === 429)
  expect(refused.length).toBeGreaterThan(0)
  expect(refused[0]?.body.error).toMatchObject({ type: 'rate_limit_error', code: 'rate_limited' })
  await wait(Number(refused[0]?.headers.get('retry-after')) * 1000)
  expect((await call('GET', '/prospects', { key })).status).toBe(200)
})

test.each([
  ['tok_processorIncomplete', 500, 'internal_error'],
  ['tok_processorNonsense', 502, 'upstream_invalid'],
  ['tok_networkDown', 502, 'upstream_invalid'],
  ['tok_processorDown', 503, 'service_unavailable'],
  ['tok_processorSilent', 504, 'upstream_timeout'],
])('%s: %i %s, an api_error', async (source, status, code) => {
  const answer = await charge(source)
  expect(answer).toMatchObject({ status, code })
  expect(answer.body.error.type).toBe('api_error')
})
