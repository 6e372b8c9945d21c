import { keyIssuer, type StoredKey } from 'culpa'
import type { Command, CommandInput } from '../command.ts'
import { keyIdOf } from './key-facts.ts'
import { openStore, storeOptions } from './open-store.ts'
import { peppersOf } from './peppers.ts'
import { printKey } from './print-key.ts'
import { durationMs } from './time.ts'

/** Gives a key a new secret. */
export const keysRotate: Command = {
  name: 'keys rotate',
  summary: 'gives an API key a new secret; the old one stays good for a while',
  description: `Gives an API key a new secret and prints the key as it is from now on. The old one stays good for the
overlap, so that whoever uses it can change over. While an overlap runs there is no other rotation,
except with --overlap 0, which ends every older secret at once. CULPA_PEPPER: see culpa keys create.`,
  positionals: ['KEY_ID'],
  options: {
    ...storeOptions,
    overlap: { type: 'string', value: 'TIME', help: 'how long the old secret stays good; default: 24h' },
    prefix: { type: 'string', value: 'TEXT', help: 'what the key begins with; default: sk' },
  },
  examples: [
    'culpa keys rotate 4eC39HqLyjWD --store api.db --overlap 7d',
    'culpa keys rotate 4eC39HqLyjWD --store api.db --overlap 0   # it leaked: end the old one now',
  ],
  run,
}

async function run(input: CommandInput): Promise<number> {
  const keyId = keyIdOf(input.positionals[0])
  const overlapMs = durationMs('overlap', input.text('overlap') ?? '24h')
  const peppers = peppersOf(process.env)
  const store = await openStore(input, 'must exist')
  if ((await store.find(keyId))?.revokedAt !== undefined) {
    throw new Error(`the key ${keyId} is revoked, for good. Remedy: culpa keys create.`)
  }
  const key = await keyIssuer(store, peppers).rotate(keyId, input.text('prefix') ?? 'sk', overlapMs)
  // It was there for the rotation.
  return printKey(input, key, (await store.find(keyId)) as StoredKey)
}
