import { beforeEach, expect, test, vi } from 'vitest'
import { defineContract } from '../contract/define-contract.ts'
import { createApi } from '../create-api.ts'
import { operationsFor } from '../server/operations-for.ts'
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

test('unknown id and wrong secret do the same work, also for a key in rotation', async () => {
  const keys = testKeys()
  const api = createApi({ contract, operations: [me], guards: { keys: keys.guard }, log: () => undefined })
  const { key } = await keys.issueStored()
  const rotating = await keys.issueStored()
  await keys.issuer.rotate(rotating.stored.keyId, 'sk', 60_000)
  const unknown = formatKey({ prefix: 'sk', environment: 'test', keyId: randomKeyId(), secret: randomSecret() })
  const wrong = (text: string) => formatKey({ ...parseKey(text)!, secret: randomSecret() })
  const counts = []
  for (const text of [unknown, wrong(key), wrong(rotating.key)]) {
    work.hashes = 0
    expect((await send(api, 'GET /me', { key: text })).code).toBe('api_key_invalid')
    counts.push(work.hashes)
  }
  expect(new Set(counts).size).toBe(1)
  expect(counts[0]).toBeGreaterThan(0)
})

test('bytes are compared in constant time, on equal lengths only', async () => {
  const keys = testKeys()
  const api = createApi({ contract, operations: [me], guards: { keys: keys.guard }, log: () => undefined })
  const { key, stored } = await keys.issueStored()
  expect((await send(api, 'GET /me', { key })).status).toBe(200)
  expect(work.lengths).toEqual([64, 64])
  await keys.store.save({ ...stored, secrets: [{ pepperVersion: 1, hash: 'beef' }] })
  expect((await send(api, 'GET /me', { key })).code).toBe('api_key_invalid')
  expect(new Set(work.lengths)).toEqual(new Set([64]))
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
