import { createHash } from 'node:crypto'
import { expect, test } from 'vitest'
import { z } from 'zod'
import { defineContract } from '../contract/define-contract.ts'
import { createApi } from '../create-api.ts'
import { capture, convergegate, stripe } from '../profiles/index.ts'
import { operationsFor } from '../server/operations-for.ts'
import type { IdempotencyStore } from '../server/stores.ts'
import { memoryIdempotency } from '../stores/memory.ts'
import { idempotency } from './idempotency.ts'
import { send, testKeys } from './testing.suite.ts'
import { chargesApi, leaseInMemory } from './testing-charges.suite.ts'

test.each([
  ['empty', ''],
  ['blanks', '   '],
  ['a blank inside', 'a b'],
  ['several', 'a, b'],
  ['too long', 'a'.repeat(256)],
  ['not ASCII', 'clé'],
  ['a control character', 'a\u0007'],
  ['an empty string of RFC 8941', '""'],
  ['a string that does not end', '"abc'],
  ['a quote inside a string', '"a"b"'],
  ['a string with a parameter', '"abc";a=1'],
  ['an escape that is none', '"a\\nb"'],
])('a key that is %s: 400 idempotency_key_malformed', async (_name, idempotencyKey) => {
  for (const wanted of ['required', 'optional'] as const) {
    const { charge, runs } = await chargesApi(leaseInMemory(), { idempotency: wanted })
    expect(await charge({ idempotencyKey })).toMatchObject({ status: 400, code: 'idempotency_key_malformed' })
    expect(runs()).toBe(0)
  }
})

test('several headers: 400 idempotency_key_malformed, even when they say the same', async () => {
  const { charge } = await chargesApi(leaseInMemory())
  const twice = ['k1', 'k1'].map((value) => ['idempotency-key', value] as const)
  expect((await charge({ headers: twice })).code).toBe('idempotency_key_malformed')
})

test.each([
  ['abc', '"abc"'],
  ['a,b', '"a,b"'],
  ['a"b', '"a\\"b"'],
  ['a\\b', '"a\\\\b"'],
  ['!~', ' !~ '],
  ['x'.repeat(255), `"${'x'.repeat(255)}"`],
])('bare and as an RFC 8941 string, %s and %s are one key', async (bare, quoted) => {
  const { charge, runs } = await chargesApi(leaseInMemory())
  await charge({ idempotencyKey: bare })
  expect((await charge({ idempotencyKey: quoted })).header('idempotent-replayed')).toBe('true')
  expect(runs()).toBe(1)
})

test('keys are told apart by every character', async () => {
  const { charge, runs } = await chargesApi(leaseInMemory())
  for (const idempotencyKey of ['k1', 'K1', 'k1.', 'k', '__proto__', 'constructor']) {
    expect((await charge({ idempotencyKey })).header('idempotent-replayed')).toBeUndefined()
  }
  expect(runs()).toBe(6)
})

test('scope: another API key of the tenant replays, so that rotating a key does not break a retry', async () => {
  const { charge, keys, runs } = await chargesApi(leaseInMemory())
  await charge()
  expect((await charge({ key: await keys.issue() })).header('idempotent-replayed')).toBe('true')
  expect(runs()).toBe(1)
})

test('scope: never across tenants or environments', async () => {
  const { charge, keys, runs } = await chargesApi(leaseInMemory(), { handler: ({ caller }) => caller.tenant })
  await charge()
  const others = [{ tenant: 'org_2' }, { environment: 'live' }, { tenant: 'org_1","test' }]
  for (const more of others) {
    const answer = await charge({ key: await keys.issue(more) })
    expect(answer.header('idempotent-replayed')).toBeUndefined()
    expect(answer.json).toBe(more.tenant ?? 'org_1')
  }
  expect(runs()).toBe(4)
})

test('scope: the same key on another route or method is another key', async () => {
  const { api, charge, key, runs } = await chargesApi(leaseInMemory())
  await charge()
  const refund = await send(api, 'POST /refunds', { key, idempotencyKey: 'k1', body: { amount: 1 } })
  expect(refund.header('idempotent-replayed')).toBeUndefined()
  expect(runs()).toBe(2)
})

/** An API that reads a raw body under a path with a parameter. */
async function rawApi(store: IdempotencyStore = memoryIdempotency()) {
  const contract = defineContract({ docs: '/errors' })
  const keys = testKeys()
  const operation = operationsFor(contract)
  const raw = operation('PUT /files/:id', { idempotency: 'required', handler: ({ params }) => ({ id: params.id }) })
  const guards = { keys: keys.guard, idempotency: idempotency(store) }
  const api = createApi({ contract, operations: [raw], guards, log: () => undefined })
  const key = await keys.issue()
  return (target: string, body?: unknown, type = 'application/octet-stream') =>
    send(api, `PUT ${target}`, { key, idempotencyKey: 'k1', body, headers: { 'content-type': type } })
}

const different: readonly [name: string, first: readonly unknown[], second: readonly unknown[]][] = [
  ['bytes FF and FE', ['/files/a', new Uint8Array([0xff])], ['/files/a', new Uint8Array([0xfe])]],
  ['__proto__', ['/files/a', '{"a":1}'], ['/files/a', '{"a":1,"__proto__":{"b":2}}']],
  ['a number beyond 2^53', ['/files/a', '{"a":9007199254740992}'], ['/files/a', '{"a":9007199254740993}']],
  ['blanks in the JSON', ['/files/a', '{"a":1}'], ['/files/a', '{"a": 1}']],
  ['the order of keys', ['/files/a', '{"a":1,"b":2}'], ['/files/a', '{"b":2,"a":1}']],
  ['the query', ['/files/a?x=1', 'b'], ['/files/a?x=2', 'b']],
  ['the path', ['/files/a', 'b'], ['/files/b', 'b']],
  ['the content type', ['/files/a', 'b', 'text/plain'], ['/files/a', 'b', 'text/html']],
  ['where the body begins', ['/files/a', 'bc', 'text/plain'], ['/files/a', 'c', 'text/plainb']],
  ['a body at all', ['/files/a', 'b'], ['/files/a']],
]

test.each(different)(
  'fingerprint: requests that differ in %s are never taken for each other',
  async (_name, first, second) => {
    const put = await rawApi()
    expect((await put(...(first as [string]))).status).toBe(200)
    expect(await put(...(second as [string]))).toMatchObject({ status: 422, code: 'idempotency_key_reused' })
    expect((await put(...(first as [string]))).header('idempotent-replayed')).toBe('true')
  },
)

test.each([
  ['a short request', '/files/a?x=1', 100],
  ['the longest body that is copied', '/files/a', 16_384],
  ['a longer body', '/files/a', 16_385],
  ['a long target, body and type of many bytes', `/files/${'a'.repeat(8000)}`, 16_384, `text/${'漢'.repeat(8000)}`],
])('fingerprint: stored ones keep their meaning, %s', async (_name, target, length, type = 'text/plain') => {
  const claims: string[][] = []
  const store = memoryIdempotency()
  const put = await rawApi({
    ...store,
    claim: (scope, fingerprint, leaseMs) => {
      claims.push([scope, fingerprint])
      return store.claim(scope, fingerprint, leaseMs)
    },
  })
  const body = new Uint8Array(length).fill(200)
  expect((await put(target, body, type)).status).toBe(200)
  const [path, search = ''] = target.split('?')
  const head = JSON.stringify(['PUT', path, search, type])
  const digest = createHash('sha256').update(head).update(body).digest('base64url')
  expect(claims).toEqual([['["org_1","test","PUT /files/:id","k1"]', digest]])
})

test('fingerprint: bodies that only differ beyond 2^53 are told apart where JSON is read, too', async () => {
  const { charge } = await chargesApi(leaseInMemory(), { body: z.object({ amount: z.number() }) as never })
  await charge({ body: '{"amount":9007199254740992}' })
  expect((await charge({ body: '{"amount":9007199254740993}' })).code).toBe('idempotency_key_reused')
})

test('fingerprint: the authority of the target does not count, only its path and query', async () => {
  const put = await rawApi()
  await put('/files/a?x=1', 'b')
  expect((await put('http://other.example/files/a?x=1', 'b')).header('idempotent-replayed')).toBe('true')
})

test.each([
  [convergegate, 409],
  [capture, 409],
  [stripe, 400],
])('other fingerprint under a profile: its own status', async (profile, status) => {
  const contract = defineContract({ docs: '/errors', profile })
  const { charge } = await chargesApi(leaseInMemory(), { contract, errors: [] as never })
  await charge()
  const answer = await charge({ body: { amount: 2 } })
  expect(answer).toMatchObject({ status, code: 'idempotency_key_reused' })
  if (profile === stripe) expect(answer.json.error.type).toBe('idempotency_error')
})
