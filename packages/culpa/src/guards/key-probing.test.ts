import { beforeEach, expect, test, vi } from 'vitest'
import { defineContract } from '../contract/define-contract.ts'
import { createApi } from '../create-api.ts'
import { operationsFor } from '../server/operations-for.ts'
import type { KeyStore } from '../server/stores.ts'
import { memoryKeys } from '../stores/memory.ts'
import { formatKey, parseKey, randomKeyId, randomSecret } from './key-format.ts'
import { send, testKeys } from './testing.suite.ts'

const work = vi.hoisted(() => ({ hashes: 0, lengths: [] as number[] }))

vi.mock('node:crypto', async (original) => {
  const crypto = await original<typeof import('node:crypto')>()
  return {
    ...crypto,
    hash(...given: Parameters<typeof crypto.hash>) {
      work.hashes++
      return crypto.hash(...given)
    },
    timingSafeEqual(a: Buffer, b: Buffer) {
      work.lengths.push(a.length, b.length)
      return crypto.timingSafeEqual(a, b)
    },
  }
})

const contract = defineContract({ docs: '/errors' })
const me = operationsFor(contract)('GET /me', { handler: () => 'me' })

beforeEach(() => {
  work.lengths = []
})

test('unknown, wrong and malformed keys cost the same hashes, also for a key in rotation; a malformed one no look-up', async () => {
  const store = memoryKeys()
  let lookUps = 0
  const find: KeyStore['find'] = (keyId) => {
    lookUps++
    return store.find(keyId)
  }
  const keys = testKeys({}, { ...store, find })
  const api = createApi({ contract, operations: [me], guards: { keys: keys.guard }, log: () => undefined })
  const { key } = await keys.issueStored()
  const rotating = await keys.issueStored()
  await keys.issuer.rotate(rotating.stored.keyId, 'sk', 60_000)
  const unknown = formatKey({ prefix: 'sk', environment: 'test', keyId: randomKeyId(), secret: randomSecret() })
  const wrong = (text: string) => formatKey({ ...parseKey(text)!, secret: randomSecret() })
  const works = []
  for (const text of [unknown, wrong(key), wrong(rotating.key), `${unknown.slice(0, -6)}000000`, 'no key at all']) {
    work.hashes = 0
    lookUps = 0
    expect((await send(api, 'GET /me', { key: text })).code).toBe('api_key_invalid')
    works.push([work.hashes, lookUps])
  }
  const [[hashes] = []] = works
  expect(hashes).toBeGreaterThan(0)
  expect(works).toEqual([1, 1, 1, 0, 0].map((count) => [hashes, count]))
})

test('bytes are compared in constant time, on equal lengths only', async () => {
  const keys = testKeys()
  const api = createApi({ contract, operations: [me], guards: { keys: keys.guard }, log: () => undefined })
  const { key, stored } = await keys.issueStored()
  const { length } = work.lengths
  expect((await send(api, 'GET /me', { key })).status).toBe(200)
  expect(work.lengths.slice(length)).toEqual([64, 64])
  await keys.store.save({ ...stored, secrets: [{ pepperVersion: 1, hash: 'beef' }] })
  expect((await send(api, 'GET /me', { key })).code).toBe('api_key_invalid')
  expect(new Set(work.lengths.slice(length))).toEqual(new Set([64]))
})

test('a key that was accepted costs one hash from then on, and is looked up all the same', async () => {
  const keys = testKeys()
  const api = createApi({ contract, operations: [me], guards: { keys: keys.guard }, log: () => undefined })
  const { key, stored } = await keys.issueStored()
  expect((await send(api, 'GET /me', { key })).status).toBe(200)
  work.hashes = 0
  expect((await send(api, 'GET /me', { key })).status).toBe(200)
  expect(work.hashes).toBe(1)
  await keys.issuer.rotate(stored.keyId, 'sk', 0)
  expect((await send(api, 'GET /me', { key })).code).toBe('api_key_invalid')
  await keys.store.save({ ...stored, environment: 'live' })
  expect((await send(api, 'GET /me', { key })).code).toBe('api_key_invalid')
  await keys.store.save({ ...stored, secrets: [{ ...stored.secrets[0]!, expiresAt: 1 }] })
  expect((await send(api, 'GET /me', { key })).code).toBe('api_key_invalid')
  await keys.store.save({ ...stored, revokedAt: 1 })
  expect((await send(api, 'GET /me', { key })).code).toBe('api_key_revoked')
})
