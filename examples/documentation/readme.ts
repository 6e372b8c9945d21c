import { apiKeys, type Caller, createApi, defineContract, operationsFor, rateLimits, requireOwned } from 'culpa'
import { createClient } from 'culpa/client'
import { memoryKeys, memoryLimits } from 'culpa/memory'
import { listen, type NodeServer } from 'culpa/node'
import { capture } from 'culpa/profiles'

const prospects = new Map([
  ['pro_1', { id: 'pro_1', tenant: 'org_1', hidden: false }],
  ['pro_2', { id: 'pro_2', tenant: 'org_1', hidden: true }],
])

export const peppers = { 1: 'the pepper of the documentation' }
export const keys = memoryKeys()

// README.md: the contract in 15 lines
const contract = defineContract({
  profile: capture, // or a format, statuses and types of your own
  docs: 'https://docs.example.com/errors',
  errors: { prospect_hidden: { status: 403, message: 'Only administrators may see this prospect.' } },
})
const operation = operationsFor(contract)
const api = createApi({
  contract,
  guards: { keys: apiKeys(keys, { peppers }), limits: rateLimits(memoryLimits(), { reads: '100/min burst 20' }) },
  operations: [
    operation('GET /v1/prospects/:id', {
      scopes: ['prospects:read'],
      limit: 'reads',
      errors: ['resource_missing', 'prospect_hidden'],
      handler: ({ params, caller, errors }) => find(params.id, caller, errors),
    }),
  ],
})

function find(id: string, caller: Caller, errors: Pick<typeof contract.errors, 'prospect_hidden'>) {
  const { hidden, ...prospect } = requireOwned(prospects.get(id), caller, contract)
  if (hidden) throw errors.prospect_hidden({ param: 'id' })
  return prospect
}

export function start(port: number): Promise<NodeServer> {
  return listen(api, { port })
}

/** What a caller shows. */
export async function ask(baseUrl: string, apiKey: string, id: string, show: (text: string) => void): Promise<void> {
  // README.md: calling it
  const client = createClient<typeof api>({ baseUrl, apiKey, contract })
  const { ok, data, error } = await client.get('/v1/prospects/:id', { params: { id } }).safe()
  if (ok) show(data.tenant)
  else if (error.code === 'prospect_hidden') show(error.message)
}
