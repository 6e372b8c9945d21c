import { hash } from 'node:crypto'
import type { StoredSecret } from '../server/stores.ts'

/** Which secret of which key a credential was found to be. */
export interface AcceptedKey {
  readonly keyId: string
  readonly environment: string
  readonly secret: Pick<StoredSecret, 'pepperVersion' | 'hash'>
}

/** Credentials that were accepted before, by their digest: one hash instead of taking the key apart and two more. */
export interface AcceptedKeys {
  find(credential: string): AcceptedKey | undefined
  add(credential: string, key: AcceptedKey): void
}

/**
 * Remembers what a credential is, never that it is still good: whoever asks looks the key up again. Holds no credential,
 * and only those that were right once, so that wrong ones all cost the same. The oldest of `maxKeys` makes room.
 */
export function acceptedKeys(maxKeys: number): AcceptedKeys {
  const keys = new Map<string, AcceptedKey>()
  return {
    find: (credential) => keys.get(digestOf(credential)),
    add(credential, key) {
      keys.set(digestOf(credential), key)
      if (keys.size > maxKeys) keys.delete(keys.keys().next().value as string)
    },
  }
}

function digestOf(credential: string): string {
  return hash('sha256', credential, 'binary')
}
