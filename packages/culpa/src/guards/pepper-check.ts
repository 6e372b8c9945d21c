import { timingSafeEqual } from 'node:crypto'
import { ContractError } from '../contract/contract-error.ts'
import type { KeyStore } from '../server/stores.ts'
import type { Peppers } from './key-issuer.ts'
import { secretHash } from './secret-hash.ts'

/** What the check value of a pepper is made of; no secret of a key is such a text. */
const checked = 'check value of a pepper'

/**
 * Compares peppers with those that a store of keys was first used with: with another one, every key would look wrong.
 * A version that the store does not know is noted as it is.
 * @throws {ContractError} (as a rejection) for a pepper that is another; and whatever a store that is lost throws
 * @example
 * await checkPeppers(store, { 1: pepper })
 */
export async function checkPeppers(store: KeyStore, peppers: Peppers): Promise<void> {
  for (const [version, pepper] of Object.entries(peppers)) {
    const check = secretHash(pepper)(checked)
    const kept = await store.notePepper?.(Number(version), check)
    if (kept === undefined || isEqual(kept, check)) continue
    throw new ContractError(
      `pepper ${version}`,
      'this is not the one that the store of keys was first used with, so no key of it would be good',
      'that pepper; a new one gets the next version, beside it',
    )
  }
}

function isEqual(kept: string, check: string): boolean {
  const [a, b] = [Buffer.from(kept, 'hex'), Buffer.from(check, 'hex')]
  return a.length === b.length && timingSafeEqual(a, b)
}
