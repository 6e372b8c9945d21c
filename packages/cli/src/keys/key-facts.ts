import { parseKey, type StoredKey } from 'culpa'
import { UsageError } from '../usage-error.ts'

/** What may be shown of a key: no secret, no hash. Times as RFC 3339. */
export interface KeyFacts {
  readonly keyId: string
  readonly tenant: string
  readonly environment: string
  readonly scopes: readonly string[]
  readonly state: 'active' | 'revoked' | 'expired' | 'suspended'
  /** How many secrets are good: two during a rotation. */
  readonly secrets: number
  readonly plan?: string
  readonly expiresAt?: string
  readonly revokedAt?: string
  readonly lastUsedAt?: string
}

/** What may be shown of a key at a moment. */
export function keyFacts(key: StoredKey, now: number): KeyFacts {
  const { keyId, tenant, environment, scopes, plan, expiresAt, revokedAt, lastUsedAt } = key
  return {
    keyId,
    tenant,
    environment,
    scopes,
    state: stateOf(key, now),
    secrets: key.secrets.filter((secret) => (secret.expiresAt ?? Infinity) > now).length,
    ...(plan !== undefined && { plan }),
    ...(expiresAt !== undefined && { expiresAt: textOf(expiresAt) }),
    ...(revokedAt !== undefined && { revokedAt: textOf(revokedAt) }),
    ...(lastUsedAt !== undefined && { lastUsedAt: textOf(lastUsedAt) }),
  }
}

function stateOf({ revokedAt, expiresAt = Infinity, suspended }: StoredKey, now: number): KeyFacts['state'] {
  if (revokedAt !== undefined) return 'revoked'
  if (expiresAt <= now) return 'expired'
  return suspended === true ? 'suspended' : 'active'
}

function textOf(ms: number): string {
  return new Date(ms).toISOString()
}

/**
 * The id of a key, as an argument names it.
 * @throws {UsageError} for a whole key, which is not repeated, and for anything else that is no id
 */
export function keyIdOf(text: string | undefined): string {
  const parts = parseKey(text ?? '')
  if (parts !== undefined) {
    throw new UsageError(
      `that is a key, not its id; a shell may remember it. Remedy: use the id ${parts.keyId}, and rotate the key.`,
    )
  }
  if (/^[0-9A-Za-z]{12}$/.test(text ?? '')) return text as string
  throw new UsageError('a key id is 12 letters and digits. Remedy: culpa keys list shows them.')
}
