import { expect, test } from 'vitest'
import type { KeyStore, MaybePromise, StoredKey } from '../../packages/culpa/src/server/stores.ts'

export interface KeyStoreUnderTest {
  readonly store: KeyStore
  /** Another way to the same data: a second connection, or the same store. */
  readonly second: KeyStore
  close?(): MaybePromise<void>
}

const plain: StoredKey = {
  keyId: 'AAAAAAAAAAAA',
  tenant: 'org_1',
  environment: 'test',
  scopes: ['charges:read', 'charges:write'],
  secrets: [{ pepperVersion: 1, hash: 'ab'.repeat(32) }],
}

const full: StoredKey = {
  ...plain,
  keyId: 'BBBBBBBBBBBB',
  tenant: 'org_2',
  plan: 'trial',
  secrets: [
    { pepperVersion: 2, hash: 'cd'.repeat(32) },
    { pepperVersion: 1, hash: 'ef'.repeat(32), expiresAt: 1_800_000_000_000 },
  ],
  expiresAt: 1_900_000_000_000,
  suspended: false,
  lastUsedAt: 1_700_000_000_000,
}

/** The contract of every `KeyStore`. */
export function keyStoreSuite(name: string, open: () => MaybePromise<KeyStoreUnderTest>): void {
  function check(title: string, body: (under: KeyStoreUnderTest) => Promise<void>): void {
    test(`${name}: ${title}`, async () => {
      const under = await open()
      try {
        await body(under)
      } finally {
        await under.close?.()
      }
    })
  }

  check('finds each key as it was saved', async ({ store, second }) => {
    await store.save(plain)
    await store.save(full)
    expect(await second.find(plain.keyId)).toEqual(plain)
    expect(await second.find(full.keyId)).toEqual(full)
    expect(await store.find('CCCCCCCCCCCC')).toBeUndefined()
  })

  check('a revocation is for good, whatever is saved later', async ({ store, second }) => {
    await store.save({ ...plain, revokedAt: 1_700_000_000_000 })
    await second.save({ ...plain, scopes: [] })
    expect(await store.find(plain.keyId)).toEqual({ ...plain, scopes: [], revokedAt: 1_700_000_000_000 })
  })

  check('keeps its own copy of a key', async ({ store }) => {
    const scopes = ['charges:read']
    await store.save({ ...plain, scopes })
    scopes.push('everything')
    expect((await store.find(plain.keyId))?.scopes).toEqual(['charges:read'])
  })

  check('replaces the key of the same id, whole', async ({ store, second }) => {
    await store.save({ ...full, keyId: plain.keyId })
    await store.save(plain)
    expect(await second.find(plain.keyId)).toEqual(plain)
    expect(await second.list()).toHaveLength(1)
  })

  check('lists all keys, or those of a tenant', async ({ store }) => {
    await store.save(plain)
    await store.save(full)
    expect(await store.list()).toHaveLength(2)
    expect(await store.list('org_2')).toEqual([full])
    expect(await store.list('org_3')).toEqual([])
  })

  check('notes the latest use', async ({ store, second }) => {
    await store.save(plain)
    await store.touch(plain.keyId, 2_000)
    await store.touch(plain.keyId, 1_000)
    expect(await second.find(plain.keyId)).toEqual({ ...plain, lastUsedAt: 2_000 })
  })

  check('never notes a use of a revoked or absent key', async ({ store }) => {
    await store.save({ ...plain, revokedAt: 500 })
    await store.touch(plain.keyId, 1_000)
    await store.touch('CCCCCCCCCCCC', 1_000)
    expect(await store.list()).toEqual([{ ...plain, revokedAt: 500 }])
  })

  check('keeps the first check value of each version of the pepper', async ({ store, second }) => {
    expect(await store.notePepper?.(1, 'first')).toBe('first')
    expect(await second.notePepper?.(1, 'other')).toBe('first')
    expect(await Promise.all([store.notePepper?.(2, 'a'), second.notePepper?.(2, 'b')])).toSatisfy(
      ([one, other]) => one !== undefined && one === other,
    )
  })

  check('shows a revocation on every connection at once', async ({ store, second }) => {
    await store.save(plain)
    expect((await second.find(plain.keyId))?.revokedAt).toBeUndefined()
    await store.save({ ...plain, revokedAt: 500 })
    expect((await second.find(plain.keyId))?.revokedAt).toBe(500)
  })
}
