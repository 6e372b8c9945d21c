import { kindOf } from '../contract/contract-error.ts'
import type { KeyStore, StoredKey, StoredSecret } from '../server/stores.ts'
import { formatKey, parseKey, randomKeyId, randomSecret } from './key-format.ts'
import { secretHash } from './secret-hash.ts'

/** Secrets of the server, by version: the highest makes new hashes, each checks those made with it. */
export type Peppers = Readonly<Record<number, string>>

export interface IssueOptions {
  /** Such as `sk`. */
  readonly prefix: string
  readonly environment: string
  readonly tenant: string
  readonly scopes: readonly string[]
  readonly plan?: string
  /** Milliseconds since the epoch. */
  readonly expiresAt?: number
  readonly suspended?: boolean
}

/** Makes, rotates and revokes keys in a store. */
export interface KeyIssuer {
  /** Stores a new key; its secret is in the answer and nowhere else. */
  issue(options: IssueOptions): Promise<{ readonly key: string; readonly stored: StoredKey }>
  /** Stores a key whose text is known already: for test keys. */
  adopt(key: string, options: Omit<IssueOptions, 'prefix' | 'environment'>): Promise<StoredKey>
  /**
   * Gives the key a second secret, which is in the answer; the old one stays good for `overlapMs`. A key has two secrets
   * at most: while such an overlap runs, another rotation is refused, but for one with an overlap of 0, which ends
   * every older secret at once.
   */
  rotate(keyId: string, prefix: string, overlapMs: number): Promise<string>
  revoke(keyId: string): Promise<void>
}

/**
 * Makes the issuer of keys for a store.
 * @throws {TypeError} from its methods for a key that does not exist or is malformed, and a rotation while the overlap of another runs
 * @example
 * const { key } = await keyIssuer(store, { 1: pepper }).issue({ prefix: 'sk', environment: 'live', tenant: 'org_1', scopes: [] })
 */
export function keyIssuer(store: KeyStore, peppers: Peppers, now: () => number = Date.now): KeyIssuer {
  const version = latest(peppers)
  const hash = secretHash(peppers[version] as string)
  const hashed = (secret: string): StoredSecret => ({ pepperVersion: version, hash: hash(secret) })

  async function adopt(key: string, options: Omit<IssueOptions, 'prefix' | 'environment'>): Promise<StoredKey> {
    const parts = parseKey(key)
    if (parts === undefined) throw new TypeError('adopt(key): malformed key. Remedy: make it with issue().')
    const { tenant, scopes, plan, expiresAt, suspended } = options
    const stored: StoredKey = {
      keyId: parts.keyId,
      environment: parts.environment,
      tenant,
      scopes,
      secrets: [hashed(parts.secret)],
      ...(plan !== undefined && { plan }),
      ...(expiresAt !== undefined && { expiresAt }),
      ...(suspended !== undefined && { suspended }),
    }
    await store.save(stored)
    return stored
  }

  return {
    adopt,
    async issue(options) {
      const { prefix, environment } = options
      checkWord('prefix', prefix)
      checkWord('environment', environment)
      const key = formatKey({ prefix, environment, keyId: randomKeyId(), secret: randomSecret() })
      return { key, stored: await adopt(key, options) }
    },
    async rotate(keyId, prefix, overlapMs) {
      checkWord('prefix', prefix)
      const stored = await findExisting(store, keyId)
      const at = now()
      const secret = randomSecret()
      const good = stored.secrets.filter(({ expiresAt = Infinity }) => expiresAt > at)
      if (overlapMs > 0) checkOverlap(keyId, good, at)
      const old = overlapMs > 0 ? good.map((one) => ({ ...one, expiresAt: at + overlapMs })) : []
      await store.save({ ...stored, secrets: [hashed(secret), ...old] })
      return formatKey({ prefix, environment: stored.environment, keyId, secret })
    },
    revoke: (keyId) => revokeKey(store, keyId, now),
  }
}

/**
 * Ends a key for good. Needs no pepper, so that whoever has the store alone can do it in an emergency.
 * @throws {TypeError} (as a rejection) for a key that does not exist
 * @example
 * await revokeKey(store, '4eC39HqLyjWD')
 */
export async function revokeKey(store: KeyStore, keyId: string, now: () => number = Date.now): Promise<void> {
  const stored = await findExisting(store, keyId)
  await store.save({ ...stored, revokedAt: stored.revokedAt ?? now() })
}

async function findExisting(store: KeyStore, keyId: string): Promise<StoredKey> {
  const stored = await store.find(keyId)
  if (stored === undefined) throw new TypeError(`no key has the id ${keyId}. Remedy: list the keys of the store.`)
  return stored
}

function checkOverlap(keyId: string, good: readonly StoredSecret[], at: number): void {
  const ending = good.find(({ expiresAt }) => expiresAt !== undefined)
  if (ending === undefined) return
  const leftMs = Math.ceil((ending.expiresAt as number) - at)
  throw new TypeError(
    `rotate(): an older secret of the key ${keyId} is still good for ${leftMs} ms. Remedy: wait so long, or rotate with an overlap of 0, which ends every older secret at once.`,
  )
}

function checkWord(name: string, value: unknown): void {
  if (typeof value === 'string' && /^[a-z][a-z0-9]*$/.test(value)) return
  throw new TypeError(
    `${name}: ${kindOf(value)} cannot be part of a key. Remedy: lower-case letters and digits, as in 'sk' or 'live'.`,
  )
}

/** @throws {TypeError} when there is no pepper, or one shorter than 16 characters */
export function latest(peppers: Peppers): number {
  const versions = Object.keys(peppers).map(Number)
  if (versions.length === 0 || versions.some((one) => !Number.isInteger(one) || (peppers[one] ?? '').length < 16)) {
    throw new TypeError('peppers: none, or one of fewer than 16 characters. Remedy: { 1: a long random text }.')
  }
  return Math.max(...versions)
}
