import { apiKeys, type Guard, keyIssuer } from 'culpa'
import { memoryKeys } from 'culpa/memory'

const peppers = { 1: 'the pepper of the client tests' }

/** The guard of an API that has one key, and that key. */
export async function oneKey(): Promise<{ readonly keys: Guard; readonly apiKey: string }> {
  const store = memoryKeys()
  const options = { prefix: 'sk', environment: 'test', tenant: 'org_1', scopes: [] }
  const { key } = await keyIssuer(store, peppers).issue(options)
  return { keys: apiKeys(store, { peppers }), apiKey: key }
}
