import type { Command, CommandInput } from '../command.ts'
import { tableOf } from '../table.ts'
import { printJson, printLine } from '../terminal.ts'
import { type KeyFacts, keyFacts } from './key-facts.ts'
import { openStore, storeOptions } from './open-store.ts'

/** Lists keys. */
export const keysList: Command = {
  name: 'keys list',
  summary: 'lists the API keys of a store, without their secrets',
  description: 'Lists the API keys of a store: id, owner, state and last use. Needs no pepper.',
  positionals: [],
  options: { ...storeOptions, tenant: { type: 'string', value: 'ID', help: 'only the keys of this organisation' } },
  examples: ['culpa keys list --store api.db', 'culpa keys list --store api.db --tenant org_1 --json'],
  run,
}

async function run(input: CommandInput): Promise<number> {
  const store = await openStore(input, 'must exist')
  const now = Date.now()
  const keys = (await store.list(input.text('tenant'))).map((key) => keyFacts(key, now))
  if (input.flag('json')) return printJson({ keys })
  if (keys.length === 0) return printLine('No keys.')
  return printLine(keyTable(keys))
}

const titles = ['KEY', 'TENANT', 'ENVIRONMENT', 'STATE', 'SCOPES', 'LAST USED']

function keyTable(keys: readonly KeyFacts[]): string {
  const rows = keys.map(({ keyId, tenant, environment, state, scopes, lastUsedAt = 'never' }) => [
    keyId,
    tenant,
    environment,
    state,
    scopes.length === 0 ? '-' : scopes.join(','),
    lastUsedAt,
  ])
  return tableOf(titles, rows)
}
