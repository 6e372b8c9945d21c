import { formatKey, type IssueOptions, type KeyStore, keyIssuer } from 'culpa'

/** Hashes the public test keys; real keys need a secret of their own. */
export const peppers = { 1: 'public pepper of the culpa sandbox' }

const secret = 'PublicTestKeyOfTheCulpaSandbox01'

export const keyNames = ['full', 'admin', 'read_only', 'other_org', 'revoked', 'expired', 'suspended', 'trial'] as const
export type KeyName = (typeof keyNames)[number]
export type TestKeys = Readonly<Record<KeyName, string>>

/** Tenants of the test keys, by system. */
export const ownTenant = (system: string) => `${system}/org_1`
export const otherTenant = (system: string) => `${system}/org_2`

/** The public test keys of a system: the same on every start. */
export function testKeys(prefix: string): TestKeys {
  const entries = keyNames.map((name) => {
    const keyId = `${prefix}${name.replaceAll('_', '')}`.padEnd(12, '0').slice(0, 12)
    return [name, formatKey({ prefix, environment: 'test', keyId, secret })] as const
  })
  return Object.fromEntries(entries) as TestKeys
}

/** Puts the test keys into a store. */
export async function saveTestKeys(
  store: KeyStore,
  system: string,
  keys: TestKeys,
  scopes: readonly string[],
): Promise<void> {
  const issuer = keyIssuer(store, peppers)
  const own = { tenant: ownTenant(system), scopes }
  const readOnly = scopes.filter((scope) => scope.endsWith(':read'))
  const options: Readonly<Record<KeyName, Omit<IssueOptions, 'prefix' | 'environment'>>> = {
    full: own,
    admin: { ...own, scopes: [...scopes, 'admin'] },
    read_only: { ...own, scopes: readOnly },
    other_org: { tenant: otherTenant(system), scopes },
    revoked: own,
    expired: { ...own, expiresAt: Date.UTC(2020, 0, 1) },
    suspended: { tenant: `${system}/org_3`, scopes, suspended: true },
    trial: { tenant: `${system}/org_4`, scopes, plan: 'trial' },
  }
  for (const name of keyNames) await issuer.adopt(keys[name], options[name])
  const revoked = (await store.list(ownTenant(system))).find(({ keyId }) => keys.revoked.includes(keyId))
  if (revoked !== undefined) await issuer.revoke(revoked.keyId)
}
