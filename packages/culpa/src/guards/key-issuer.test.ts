import { createHmac } from 'node:crypto'
import { expect, test } from 'vitest'
import { defineContract } from '../contract/define-contract.ts'
import { createApi } from '../create-api.ts'
import { operationsFor } from '../server/operations-for.ts'
import type { KeyStore } from '../server/stores.ts'
import { memoryKeys } from '../stores/memory.ts'
import { apiKeys } from './api-keys.ts'
import { parseKey } from './key-format.ts'
import { keyIssuer } from './key-issuer.ts'
import { manualClock, peppers, send, testKeys } from './testing.suite.ts'

const contract = defineContract({ docs: '/errors' })
const operation = operationsFor(contract)
const me = operation('GET /me', { handler: ({ caller }) => caller.tenant })

function statusOf(guard: ReturnType<typeof apiKeys>) {
  const api = createApi({ contract, operations: [me], guards: { keys: guard }, log: () => undefined })
  return async (key: string) => {
    const { status, code } = await send(api, 'GET /me', { key })
    return code ?? status
  }
}

test('what is stored is a key id and an HMAC of the secret under a pepper, never the secret', async () => {
  const { issueStored, store } = testKeys()
  const { key, stored } = await issueStored()
  const { keyId, secret } = parseKey(key)!
  expect(stored.keyId).toBe(keyId)
  expect(stored.secrets).toEqual([
    { pepperVersion: 1, hash: createHmac('sha256', peppers[1]).update(secret).digest('hex') },
  ])
  expect(JSON.stringify(await store.list())).not.toContain(secret)
})

test('rotation: two secrets of a key id are good during the overlap, one after it', async () => {
  const clock = manualClock()
  const { guard, issuer, issueStored } = testKeys({ now: clock.now })
  const status = statusOf(guard)
  const { key: old, stored } = await issueStored()
  const fresh = await issuer.rotate(stored.keyId, 'sk', 60_000)
  expect(parseKey(fresh)?.keyId).toBe(stored.keyId)
  clock.advance(59_999)
  expect([await status(old), await status(fresh)]).toEqual([200, 200])
  clock.advance(1)
  expect([await status(old), await status(fresh)]).toEqual(['api_key_invalid', 200])
})

test('rotation leaves everything but the secret as it is', async () => {
  const { issuer, issueStored, store } = testKeys()
  const { stored } = await issueStored({ scopes: ['a'], plan: 'pro', expiresAt: 5, suspended: true })
  await issuer.rotate(stored.keyId, 'sk', 1000)
  const { secrets, ...rest } = (await store.find(stored.keyId))!
  const { secrets: before, ...expected } = stored
  expect(rest).toEqual(expected)
  expect(secrets.map(({ hash }) => hash)).toContain(before[0]?.hash)
})

test('rotation without an overlap ends the old secret at once', async () => {
  const { guard, issuer, issueStored } = testKeys()
  const { key: old, stored } = await issueStored()
  const fresh = await issuer.rotate(stored.keyId, 'sk', 0)
  const status = statusOf(guard)
  expect([await status(old), await status(fresh)]).toEqual(['api_key_invalid', 200])
})

test('a second rotation is refused while the overlap of the first runs, and ends no secret', async () => {
  const clock = manualClock()
  const { guard, issuer, issueStored } = testKeys({ now: clock.now })
  const status = statusOf(guard)
  const { key: first, stored } = await issueStored()
  const second = await issuer.rotate(stored.keyId, 'sk', 1000)
  clock.advance(999)
  await expect(issuer.rotate(stored.keyId, 'sk', 60_000)).rejects.toThrow(/still good for 1 ms.*Remedy: wait/)
  expect([await status(first), await status(second)]).toEqual([200, 200])
  clock.advance(1)
  const third = await issuer.rotate(stored.keyId, 'sk', 60_000)
  expect([await status(first), await status(second), await status(third)]).toEqual(['api_key_invalid', 200, 200])
})

test('a rotation without an overlap ends every older secret, also during an overlap', async () => {
  const { guard, issuer, issueStored } = testKeys()
  const { key: first, stored } = await issueStored()
  const second = await issuer.rotate(stored.keyId, 'sk', 60_000)
  const third = await issuer.rotate(stored.keyId, 'sk', 0)
  const status = statusOf(guard)
  expect([await status(first), await status(second), await status(third)]).toEqual([
    'api_key_invalid',
    'api_key_invalid',
    200,
  ])
})

test('a revoked key stays revoked when it is rotated, with either secret', async () => {
  const { guard, issuer, issueStored } = testKeys()
  const { key: old, stored } = await issueStored()
  await issuer.revoke(stored.keyId)
  const fresh = await issuer.rotate(stored.keyId, 'sk', 60_000)
  const status = statusOf(guard)
  expect([await status(old), await status(fresh)]).toEqual(['api_key_revoked', 'api_key_revoked'])
})

test('a new pepper hashes new keys, and the old one still checks those made with it until it is withdrawn', async () => {
  const store = memoryKeys()
  const both = { ...peppers, 2: 'another pepper, long enough too' }
  const { key: old } = await keyIssuer(store, peppers).issue({
    prefix: 'sk',
    environment: 'test',
    tenant: 't',
    scopes: [],
  })
  const made = await keyIssuer(store, both).issue({ prefix: 'sk', environment: 'test', tenant: 't', scopes: [] })
  expect(made.stored.secrets[0]?.pepperVersion).toBe(2)
  const now = statusOf(apiKeys(store, { peppers: both }))
  expect([await now(old), await now(made.key)]).toEqual([200, 200])
  const later = statusOf(apiKeys(store, { peppers: { 2: both[2] } }))
  expect([await later(old), await later(made.key)]).toEqual(['api_key_invalid', 200])
})

test('issuer mistakes name their remedy', async () => {
  const { issuer } = testKeys()
  await expect(issuer.rotate('nobody', 'sk', 0)).rejects.toThrow(/no key has the id nobody.*Remedy/)
  await expect(issuer.revoke('nobody')).rejects.toThrow(/Remedy/)
  await expect(issuer.adopt('sk_test_x', { tenant: 't', scopes: [] })).rejects.toThrow(/malformed key.*Remedy/)
})

function countingTouches(store = memoryKeys()) {
  const touches: number[] = []
  const counting: KeyStore = {
    ...store,
    touch(keyId, at) {
      touches.push(at)
      return store.touch(keyId, at)
    },
  }
  return { counting, touches }
}

test('last_used is coalesced: one write for the uses of a while', async () => {
  const clock = manualClock(0)
  const { counting, touches } = countingTouches()
  const { guard, issue } = testKeys({ now: clock.now, touchEveryMs: 1000 }, counting)
  const status = statusOf(guard)
  const key = await issue()
  for (const step of [0, 1, 998, 1, 999, 1]) {
    clock.advance(step)
    expect(await status(key)).toBe(200)
  }
  expect(touches).toEqual([0, 1000, 2000])
})

test('last_used is never written for a revoked, expired or wrong key', async () => {
  const { counting, touches } = countingTouches()
  const keys = testKeys({}, counting)
  const status = statusOf(keys.guard)
  const revoked = await keys.issueStored()
  await keys.issuer.revoke(revoked.stored.keyId)
  const expired = await keys.issue({ expiresAt: 1 })
  expect([await status(revoked.key), await status(expired), await status('wrong')]).toEqual([
    'api_key_revoked',
    'api_key_expired',
    'api_key_invalid',
  ])
  expect(touches).toEqual([])
  keys.store.touch(revoked.stored.keyId, 5)
  expect((await keys.store.find(revoked.stored.keyId))?.lastUsedAt).toBeUndefined()
})

test.each([
  [
    'throws',
    () => {
      throw new Error('read only')
    },
  ],
  ['rejects', () => Promise.reject(new Error('read only'))],
])('a use that cannot be noted (it %s) fails no request', async (_name, touch) => {
  const { guard, issue } = testKeys({}, { ...memoryKeys(), touch })
  expect(await statusOf(guard)(await issue())).toBe(200)
})
