import type { KeyStore, StoredKey } from '../server/stores.ts'

/**
 * Keeps API keys in this process: for tests, sandboxes and keys that are loaded at start.
 * @example
 * const store = memoryKeys()
 * await keyIssuer(store, peppers).issue({ prefix: 'sk', environment: 'test', tenant: 'org_1', scopes: [] })
 */
export function memoryKeys(): KeyStore {
  const keys = new Map<string, StoredKey>()
  const peppers = new Map<number, string>()
  return {
    find: (keyId) => keys.get(keyId),
    save(key) {
      const revokedAt = keys.get(key.keyId)?.revokedAt
      keys.set(key.keyId, frozenCopy(revokedAt === undefined ? key : { ...key, revokedAt }))
    },
    list: (tenant) => [...keys.values()].filter((key) => tenant === undefined || key.tenant === tenant),
    touch(keyId, at) {
      const key = keys.get(keyId)
      if (key === undefined || key.revokedAt !== undefined || (key.lastUsedAt ?? -Infinity) >= at) return
      keys.set(keyId, Object.freeze({ ...key, lastUsedAt: at }))
    },
    notePepper(version, check) {
      const kept = peppers.get(version) ?? check
      peppers.set(version, kept)
      return kept
    },
  }
}

/** Every request reads a key: a frozen one can be handed out without a copy, and nobody can change what is stored. */
function frozenCopy(key: StoredKey): StoredKey {
  const secrets = key.secrets.map((secret) => Object.freeze({ ...secret }))
  return Object.freeze({ ...key, scopes: Object.freeze([...key.scopes]), secrets: Object.freeze(secrets) })
}
