import { expect, test } from 'vitest'
import { defineContract } from '../contract/define-contract.ts'
import { createApi } from '../create-api.ts'
import { operationsFor } from '../server/operations-for.ts'
import type { KeyStore } from '../server/stores.ts'
import { memoryKeys } from '../stores/memory.ts'
import { formatKey, parseKey, randomKeyId, randomSecret } from './key-format.ts'
import { holdsKey } from './query-keys.ts'
import { type Answer, manualClock, memoryLog, send, testKeys, withoutRequestId } from './testing.suite.ts'

function guarded(keys: ReturnType<typeof testKeys>, contract = defineContract({ docs: '/errors' })) {
  const { events, log } = memoryLog()
  const operation = operationsFor(contract)
  const whoami = operation('GET /me', { handler: ({ caller }) => ({ tenant: caller.tenant, scopes: caller.scopes }) })
  const api = createApi({ contract, operations: [whoami], guards: { keys: keys.guard }, log })
  return { api, events, ask: (headers: Record<string, string> = {}) => send(api, 'GET /me', { headers }) }
}

const bearer = (key: string) => ({ authorization: `Bearer ${key}` })
const basic = (text: string) => ({ authorization: `Basic ${Buffer.from(text).toString('base64')}` })

function otherSecret(key: string): string {
  return formatKey({ ...parseKey(key)!, secret: randomSecret() })
}

function expectInvalid(answer: Answer): void {
  expect(answer).toMatchObject({ status: 401, code: 'api_key_invalid' })
  expect(answer.header('www-authenticate')).toBe('Bearer realm="api", error="invalid_token"')
}

test.each([
  ['no header', {}],
  ['an empty header', { authorization: '' }],
  ['blanks', { authorization: '   ' }],
  ['a scheme alone', { authorization: 'Bearer' }],
  ['a scheme and blanks', { authorization: 'Bearer   ' }],
  ['Basic without a user', basic(':')],
  ['an empty X-Api-Key', { 'x-api-key': '' }],
])('none, empty (%s): 401 api_key_missing, WWW-Authenticate with the realm alone', async (_name, headers) => {
  const answer = await guarded(testKeys()).ask(headers)
  expect(answer).toMatchObject({ status: 401, code: 'api_key_missing' })
  expect(answer.header('www-authenticate')).toBe('Bearer realm="api"')
})

test('the realm is the name of the contract, without what would end it', async () => {
  const answer = await guarded(testKeys(), defineContract({ docs: '/errors', name: 'Charges "v1"' })).ask()
  expect(answer.header('www-authenticate')).toBe('Bearer realm="Charges v1"')
})

test('accepted as Bearer, as Basic with the key as user name, as X-Api-Key', async () => {
  const keys = testKeys()
  const key = await keys.issue({ scopes: ['a'] })
  const { ask } = guarded(keys)
  const forms = [
    bearer(key),
    { authorization: `bearer  ${key} ` },
    basic(`${key}:`),
    basic(key),
    basic(`${key}:password`),
    { 'x-api-key': key },
    { 'x-api-key': ` ${key} `, ...bearer(key) },
  ]
  for (const headers of forms) expect((await ask(headers)).json).toEqual({ tenant: 'org_1', scopes: ['a'] })
})

test('malformed: 401 api_key_invalid, error="invalid_token", without a look-up', async () => {
  const store = memoryKeys()
  let lookUps = 0
  const counting: KeyStore = {
    ...store,
    find(id) {
      lookUps++
      return store.find(id)
    },
  }
  const keys = testKeys({ prefix: 'sk' }, counting)
  const { ask } = guarded(keys)
  const key = await keys.issue()
  lookUps = 0
  const wrongChecksum = key.slice(0, -1) + (key.endsWith('a') ? 'b' : 'a')
  const otherPrefix = formatKey({ ...parseKey(key)!, prefix: 'pk' })
  const forms = [
    bearer('nonsense'),
    bearer(wrongChecksum),
    bearer(otherPrefix),
    bearer(`${key} ${key}`),
    basic('nonsense'),
    { authorization: 'Basic %%%' },
    { authorization: `Digest ${key}` },
    { authorization: key },
    { 'x-api-key': wrongChecksum },
  ]
  for (const headers of forms) expectInvalid(await ask(headers))
  expect(lookUps).toBe(0)
})

test('unknown and wrong: 401 api_key_invalid, answered alike in bytes', async () => {
  const keys = testKeys()
  const { ask } = guarded(keys)
  const key = await keys.issue()
  const revoked = await keys.issueStored()
  await keys.issuer.revoke(revoked.stored.keyId)
  const unknown = formatKey({ prefix: 'sk', environment: 'test', keyId: randomKeyId(), secret: randomSecret() })
  const answers = [
    await ask(bearer(unknown)),
    await ask(bearer(otherSecret(key))),
    await ask(bearer(otherSecret(revoked.key))),
    await ask(bearer('malformed')),
  ]
  for (const answer of answers) {
    expectInvalid(answer)
    expect(answer.text).toBe(answers[0]!.text)
    expect(withoutRequestId(answer)).toEqual(withoutRequestId(answers[0]!))
  }
})

test('a key with another environment in its text is wrong', async () => {
  const keys = testKeys()
  const key = await keys.issue()
  expectInvalid(await guarded(keys).ask(bearer(formatKey({ ...parseKey(key)!, environment: 'live' }))))
})

test('revoked: 401 api_key_revoked at once, and only for who has the secret', async () => {
  const keys = testKeys()
  const { ask, events } = guarded(keys)
  const { key, stored } = await keys.issueStored()
  expect((await ask(bearer(key))).status).toBe(200)
  await keys.issuer.revoke(stored.keyId)
  const answer = await ask(bearer(key))
  expect(answer).toMatchObject({ status: 401, code: 'api_key_revoked' })
  expect(answer.header('www-authenticate')).toContain('error="invalid_token"')
  const { keyId, tenant, environment } = stored
  expect(events.at(-1)).toMatchObject({ code: 'api_key_revoked', caller: { keyId, tenant, environment } })
  expect(JSON.stringify(events)).not.toContain(parseKey(key)!.secret)
  expectInvalid(await ask(bearer(otherSecret(key))))
  expect(events.at(-1)).not.toHaveProperty('caller')
})

test('expired: 401 api_key_expired from its end on, and only for who has the secret', async () => {
  const clock = manualClock()
  const keys = testKeys({ now: clock.now })
  const { ask, events } = guarded(keys)
  const key = await keys.issue({ expiresAt: clock.now() + 1000 })
  clock.advance(999)
  expect((await ask(bearer(key))).status).toBe(200)
  clock.advance(1)
  expect(await ask(bearer(key))).toMatchObject({ status: 401, code: 'api_key_expired' })
  expectInvalid(await ask(bearer(otherSecret(key))))
  expect(events.find(({ code }) => code === 'api_key_expired')?.caller?.keyId).toBe(parseKey(key)!.keyId)
})

test('two different credentials: 400 credentials_ambiguous', async () => {
  const keys = testKeys()
  const { api, ask } = guarded(keys)
  const [one, two] = [await keys.issue(), await keys.issue()]
  expect(await ask({ ...bearer(one), 'x-api-key': two })).toMatchObject({ status: 400, code: 'credentials_ambiguous' })
  for (const name of ['authorization', 'x-api-key']) {
    const value = name === 'authorization' ? `Bearer ${one}` : one
    const headers = [[name, value] as const, [name, value] as const]
    expect(await send(api, 'GET /me', { headers })).toMatchObject({ status: 400, code: 'credentials_ambiguous' })
  }
})

test.each(['api_key', 'apiKey', 'api-key', 'key', 'access_token', 'token'])(
  'a key in the query, ?%s=: 400 credentials_ambiguous, whatever the header says',
  async (name) => {
    const keys = testKeys()
    const { api } = guarded(keys)
    const key = await keys.issue()
    for (const target of [`/me?${name}=${key}`, `/me?a=1&${name}=${key.replaceAll('_', '%5F')}`]) {
      expect(await send(api, `GET ${target}`)).toMatchObject({ status: 400, code: 'credentials_ambiguous' })
      expect((await send(api, `GET ${target}`, { key })).code).toBe('credentials_ambiguous')
    }
  },
)

test('a query parameter that is called key and holds none is only a parameter', async () => {
  const keys = testKeys()
  const key = await keys.issue()
  expect((await send(guarded(keys).api, 'GET /me?key=name&token=%ff', { key })).status).toBe(200)
})

test('organisation suspended: 403 organization_suspended', async () => {
  const keys = testKeys()
  const key = await keys.issue({ suspended: true })
  expect(await guarded(keys).ask(bearer(key))).toMatchObject({ status: 403, code: 'organization_suspended' })
})

const unreachable: readonly [name: string, find: KeyStore['find']][] = [
  [
    'throws',
    () => {
      throw new Error('connect ECONNREFUSED 10.0.0.5:6379')
    },
  ],
  ['rejects', () => Promise.reject(new Error('connect ECONNREFUSED 10.0.0.5:6379'))],
]

test.each(unreachable)('key store unreachable (%s): 503 service_unavailable, never 401', async (_name, find) => {
  const keys = testKeys({}, { ...memoryKeys(), find })
  const { ask, events } = guarded(keys)
  const key = formatKey({ prefix: 'sk', environment: 'test', keyId: randomKeyId(), secret: randomSecret() })
  const answer = await ask(bearer(key))
  expect(answer).toMatchObject({ status: 503, code: 'service_unavailable' })
  expect(answer.header('retry-after')).toBe('1')
  expect(answer.text).not.toContain('10.0.0.5')
  expect(events[0]).toMatchObject({ source: 'guard', cause: expect.stringContaining('ECONNREFUSED') })
})

test('no answer and no log line repeats a key', async () => {
  const keys = testKeys()
  const { ask, events } = guarded(keys)
  const key = await keys.issue()
  const answers = [await ask(bearer(otherSecret(key))), await ask(bearer(`${key}x`)), await ask(bearer(key))]
  const seen = JSON.stringify([answers.map(({ text, headers }) => [text, headers]), events])
  expect(seen).not.toContain(key.slice(-20, -6))
})

test('long runs of blanks in a credential cost nothing', async () => {
  const authorization = `Bearer a${' '.repeat(200_000)}b`
  expectInvalid(await guarded(testKeys()).ask({ authorization }))
})

test('a key store that answers later is waited for', async () => {
  const store = memoryKeys()
  const keys = testKeys({}, { ...store, find: async (keyId) => store.find(keyId) })
  const { ask } = guarded(keys)
  expect((await ask(bearer(await keys.issue()))).status).toBe(200)
  expectInvalid(await ask(bearer(otherSecret(await keys.issue()))))
})

const hiding: readonly [name: string, search: (key: string) => string][] = [
  ['under any name', (key) => `note=${key}`],
  ['as a name', (key) => key],
  ['as the name of a value', (key) => `a=1&${key}=x`],
  ['after Bearer', (key) => `q=Bearer%20${key}`],
  ['after Bearer, with a plus', (key) => `q=Bearer+${key}`],
  ['percent-encoded', (key) => `q=${[...key].map((char) => `%${char.charCodeAt(0).toString(16)}`).join('')}`],
  ['beside encoding that is not UTF-8', (key) => `q=%zz%ff${key}`],
  ['inside other text', (key) => `q={"id_${key}":1}`],
  ['with more behind it', (key) => `q=${key}xyz`],
  ['in a list', (key) => `ids[]=1&ids[]=${key}`],
]

test.each(hiding)('a key in the query %s: 400 credentials_ambiguous', async (_name, search) => {
  const keys = testKeys()
  const { api } = guarded(keys)
  const key = await keys.issue()
  expect((await send(api, `GET /me?${search(key)}`, { key })).code).toBe('credentials_ambiguous')
})

test.each([
  ...['x-api-key', 'authorization', 'auth', 'secret', 'API_KEY', 'apikey', 'access_token', 'api_key[]', 'api_key%20'],
])('a mistyped key in the query under a name for keys, ?%s=: 400 credentials_ambiguous', async (name) => {
  const keys = testKeys()
  const { api } = guarded(keys)
  const key = await keys.issue()
  const wrong = key.slice(0, -1) + (key.endsWith('a') ? 'b' : 'a')
  for (const value of [wrong, key.slice(0, -1), `${key}x`, `Bearer%20${wrong}`]) {
    expect((await send(api, `GET /me?${name}=${value}`, { key })).code).toBe('credentials_ambiguous')
  }
  expect((await send(api, `GET /me?cursor=${wrong}`, { key })).status).toBe(200)
})

test('looking for keys in a query takes time in proportion to its length', () => {
  for (const piece of ['a', '_', 'a_', 'a_a_', `a_a_${'a'.repeat(48)}`, `a_a_${'a'.repeat(300)}`, '%41', 'key=']) {
    const started = performance.now()
    holdsKey(piece.repeat(1_000_000 / piece.length))
    expect(performance.now() - started, piece).toBeLessThan(1000)
  }
})

test('Basic with another key as password: 400 credentials_ambiguous', async () => {
  const keys = testKeys()
  const { ask } = guarded(keys)
  const [one, two] = [await keys.issue(), await keys.issue()]
  expect(await ask(basic(`${one}:${two}`))).toMatchObject({ status: 400, code: 'credentials_ambiguous' })
  expect((await ask(basic(`${one}:${one}`))).status).toBe(200)
  expect((await ask(basic(`${one}:pass:word`))).status).toBe(200)
})
