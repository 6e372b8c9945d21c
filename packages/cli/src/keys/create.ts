import { keyIssuer } from 'culpa'
import type { Command, CommandInput } from '../command.ts'
import { UsageError } from '../usage-error.ts'
import { openStore, storeOptions } from './open-store.ts'
import { peppersOf } from './peppers.ts'
import { printKey } from './print-key.ts'
import { momentMs } from './time.ts'

/** Issues a key. */
export const keysCreate: Command = {
  name: 'keys create',
  summary: 'issues an API key, and prints it once',
  description: `Issues an API key. Standard output holds the key and nothing else; the store holds a hash of it, so
that nobody can print it again. CULPA_PEPPER, in the environment, is the secret the hash is made
with: that of the API. CULPA_PEPPER_2 and so on are its later versions, the latest is used.`,
  positionals: [],
  options: {
    ...storeOptions,
    tenant: { type: 'string', value: 'ID', help: 'the organisation that owns it; required' },
    environment: { type: 'string', value: 'NAME', help: 'such as live or test; required' },
    prefix: { type: 'string', value: 'TEXT', help: 'what the key begins with; default: sk' },
    scope: { type: 'string', value: 'NAME', help: 'what it may do; may be given several times', multiple: true },
    plan: { type: 'string', value: 'NAME', help: 'the set of limits it has' },
    expires: { type: 'string', value: 'WHEN', help: 'a date, or such as 90d; default: never' },
  },
  examples: [
    'culpa keys create --store api.db --tenant org_1 --environment live --scope charges:write',
    'culpa keys create --store api.db --tenant org_1 --environment test --expires 90d --json',
  ],
  run,
}

async function run(input: CommandInput): Promise<number> {
  const tenant = required(input, 'tenant')
  const environment = required(input, 'environment')
  const plan = input.text('plan')
  const expires = input.text('expires')
  const expiresAt = expires === undefined ? undefined : momentMs('expires', expires, Date.now())
  const prefix = input.text('prefix') ?? 'sk'
  for (const [option, word] of Object.entries({ environment, prefix })) checkWord(option, word)
  const peppers = peppersOf(process.env)
  const { key, stored } = await keyIssuer(await openStore(input, 'create'), peppers).issue({
    prefix,
    environment,
    tenant,
    scopes: input.texts('scope'),
    ...(plan !== undefined && { plan }),
    ...(expiresAt !== undefined && { expiresAt }),
  })
  return printKey(input, key, stored)
}

function required(input: CommandInput, option: string): string {
  const value = input.text(option)
  if (value !== undefined) return value
  throw new UsageError(`--${option} is missing. Remedy: culpa keys create --help.`)
}

function checkWord(option: string, word: string): void {
  if (/^[a-z][a-z0-9]*$/.test(word)) return
  throw new UsageError(
    `--${option}: ${JSON.stringify(word)} cannot be part of a key. Remedy: lower-case letters and digits.`,
  )
}
