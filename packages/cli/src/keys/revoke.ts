import { revokeKey } from 'culpa'
import type { Command, CommandInput } from '../command.ts'
import { printJson, printLine } from '../terminal.ts'
import { keyFacts, keyIdOf } from './key-facts.ts'
import { openStore, storeOptions } from './open-store.ts'

/** Revokes a key. */
export const keysRevoke: Command = {
  name: 'keys revoke',
  summary: 'ends an API key for good, at once',
  description: `Ends an API key for good: its next request is refused with api_key_revoked. Needs no pepper. Revoking
a key again changes nothing.`,
  positionals: ['KEY_ID'],
  options: storeOptions,
  examples: ['culpa keys revoke 4eC39HqLyjWD --store api.db'],
  run,
}

async function run(input: CommandInput): Promise<number> {
  const keyId = keyIdOf(input.positionals[0])
  const store = await openStore(input, 'must exist')
  await revokeKey(store, keyId)
  const stored = await store.find(keyId)
  if (input.flag('json')) return printJson(stored === undefined ? { keyId } : keyFacts(stored, Date.now()))
  return printLine(`Key ${keyId} is revoked.`)
}
