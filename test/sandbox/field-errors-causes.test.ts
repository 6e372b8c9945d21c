import { randomUUID } from 'node:crypto'
import { formatKey } from 'culpa'
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
const paid = async (key?: string) =>
  (await call('POST', '/payments', { body: payment, ...(key !== undefined && { key }) })).body

test('200: a payment is created, read, changed, listed, reported and deleted', async () => {
  const created = await pay({ reference: randomUUID() })
  expect(created).toMatchObject({ status: 200, body: { email: payment.email, amount: 1200 } })
  const { id } = created.body
  expect((await call('PATCH', `/payments/${id}`, { body: { amount: 1300 } })).body).toMatchObject({ amount: 1300 })
  expect((await call('GET', `/payments/${id}`)).body).toMatchObject({ id, amount: 1300 })
  const ids = (await call('GET', '/payments?limit=100')).body.data.map((one: { id: string }) => one.id)
  expect(ids).toContain(id)
  const today = new Date().toISOString().slice(0, 10)
  const yesterday = new Date(Date.now() - 86_400_000).toISOString().slice(0, 10)
  const report = await call('GET', `/reports?from=${yesterday}&to=${today}`)
  expect(report).toMatchObject({ status: 200, body: { data: [{ currency: 'usd' }] } })
  expect((await call('DELETE', `/payments/${id}`)).status).toBe(200)
})

describe('400', () => {
  test.each(['{"email": ', 'not json', '{"email":"a","email":"b"}', '{"__proto__":{}}', '\u0000', '[1,]'])(
    'invalid JSON: %j',
    async (body) => {
      const { status, code, body: answer } = await call('POST', '/payments', { body })
      expect({ status, code }).toEqual({ status: 400, code: 'body_malformed' })
      expect(answer.errors).toBeUndefined()
    },
  )

  test('invalid JSON is told by line and column', async () => {
    expect((await call('POST', '/payments', { body: '{\n  "email": }' })).body.message).toMatch(/line 2, column \d+/)
  })

  test('a required query parameter is missing', async () => {
    const answer = await call('GET', '/reports?from=2026-01-01')
    expect(answer).toMatchObject({ status: 400, code: 'parameter_missing' })
    expect(answer.body.message).toMatch(/\bto\b/)
  })

  test('a required header is missing', async () => {
    const answer = await call('GET', '/reports/daily')
    expect(answer).toMatchObject({ status: 400, code: 'parameter_missing' })
    expect(answer.body.message).toMatch(/x-time-zone/i)
    expect((await call('GET', '/reports/daily', { headers: { 'x-time-zone': 'Europe/Berlin' } })).status).toBe(200)
  })

  test('a required path parameter is missing', async () => {
    const answer = await call('POST', '/payments//lock')
    expect(answer).toMatchObject({ status: 400, code: 'parameter_missing' })
    expect(answer.body.message).toMatch(/\bid\b/)
  })

  test.each(['from=yesterday&to=2026-01-31', 'from=2026-02-30&to=2026-03-01', 'from=2026-02-01&to=2026-01-01'])(
    'malformed data: %s',
    async (query) => {
      expect(await call('GET', `/reports?${query}`)).toMatchObject({ status: 400, code: 'parameter_invalid' })
    },
  )

  test('malformed data: percent-encoding of the path that is none', async () => {
    expect(await call('GET', '/payments/%ff')).toMatchObject({ status: 400, code: 'parameter_invalid' })
  })

  test('malformed data: a header that names no time zone', async () => {
    const answer = await call('GET', '/reports/daily', { headers: { 'x-time-zone': 'Atlantis/Capital' } })
    expect(answer).toMatchObject({ status: 400, code: 'parameter_invalid' })
  })
})

test.each(['GET', 'DELETE', 'PATCH'])('%s with an empty id does not reach the list', async (method) => {
  const { status } = await call(method, '/payments/', method === 'PATCH' ? { body: { amount: 1 } } : {})
  expect([400, 404]).toContain(status)
})

describe('401', () => {
  test('the Authorization header is missing', async () => {
    const answer = await call('GET', '/payments', { key: null })
    expect(answer).toMatchObject({ status: 401, code: 'api_key_missing' })
    expect(answer.headers.get('www-authenticate')).toBe('Bearer realm="field-errors"')
  })

  test('the key is unknown, and a malformed one is answered alike', async () => {
    const unknown = formatKey({ prefix: 'fe', environment: 'test', keyId: 'nobody000000', secret: 'x'.repeat(32) })
    const [one, other] = [
      await call('GET', '/payments', { key: unknown }),
      await call('GET', '/payments', { key: 'x' }),
    ]
    expect(one).toMatchObject({ status: 401, code: 'api_key_invalid' })
    expect(one.headers.get('www-authenticate')).toContain('error="invalid_token"')
    expect(other.text).toBe(one.text)
  })

  test('the key was revoked', async () => {
    expect(await call('GET', '/payments', { key: keys.revoked! })).toMatchObject({
      status: 401,
      code: 'api_key_revoked',
    })
  })
})

describe('403', () => {
  test('the key lacks the permission, which the challenge names', async () => {
    const answer = await call('POST', '/payments', { body: payment, key: keys.read_only! })
    expect(answer).toMatchObject({ status: 403, code: 'permission_denied' })
    expect(answer.headers.get('www-authenticate')).toMatch(/insufficient_scope.*payments:write/)
  })

  test('the payment belongs to another organisation', async () => {
    const { id } = await paid(keys.other_org)
    expect(await call('GET', `/payments/${id}`)).toMatchObject({ status: 403, code: 'resource_forbidden' })
    expect(await call('DELETE', `/payments/${id}`)).toMatchObject({ status: 403, code: 'resource_forbidden' })
    expect((await call('GET', `/payments/${id}`, { key: keys.other_org! })).status).toBe(200)
  })
})

describe('404', () => {
  test.each(['no-id-at-all!', 'pay_', '%20', '%F0%9F%92%A9', 'pay_nobody'])(
    'a malformed or wrong id: %s',
    async (id) => {
      expect(await call('GET', `/payments/${id}`)).toMatchObject({ status: 404, code: 'resource_missing' })
    },
  )

  test('the payment was deleted', async () => {
    const { id } = await paid()
    await call('DELETE', `/payments/${id}`)
    expect(await call('GET', `/payments/${id}`)).toMatchObject({ status: 404, code: 'resource_gone' })
    expect(await call('DELETE', `/payments/${id}`)).toMatchObject({ status: 404, code: 'resource_gone' })
  })

  test.each(['/paymets', '/payments/x/y/z', ''])('the URL is mistyped: %s', async (path) => {
    expect(await call('GET', path)).toMatchObject({ status: 404, code: 'route_unknown' })
  })
})

test.each(['/reports', '/reports/daily'])('405: POST on %s, which only answers GET', async (path) => {
  const answer = await call('POST', path, { body: {} })
  expect(answer).toMatchObject({ status: 405, code: 'method_not_allowed' })
  expect(answer.headers.get('allow')?.split(', ').sort()).toEqual(['GET', 'HEAD', 'OPTIONS'])
})
