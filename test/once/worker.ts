import { listen } from '../../packages/culpa/src/adapters/node.ts'
import { apiKeys, createApi, idempotency, keyIssuer } from '../../packages/culpa/src/index.ts'
import { memoryKeys } from '../../packages/culpa/src/stores/memory.ts'
import { type KeepingName, leaseMs, openKeeping, type Places } from './keepings.ts'

export interface Fate {
  readonly signal: 'SIGKILL' | 'SIGSTOP'
  /** Counted from now, or the one of that name. */
  readonly boundary: number | 'charged'
}

/** A process that serves `POST /charges`. Told to, it sends itself a signal at a boundary. */
const [, , name, places, key = ''] = process.argv
const peppers = { 1: 'the pepper of the workers' }

let told: Fate | undefined
process.on('message', (fate: Fate) => {
  told = fate
  process.send?.('told')
})

let passed = 0
function boundary(at?: 'charged'): void {
  if (told === undefined) return
  passed += 1
  if (passed === told.boundary || at === told.boundary) process.kill(process.pid, told.signal)
}

const { contract, store, operations } = await openKeeping(
  name as KeepingName,
  JSON.parse(places ?? '') as Places,
  boundary,
)
const keys = memoryKeys()
await keyIssuer(keys, peppers).adopt(key, { tenant: name ?? '', scopes: [] })
const api = createApi({
  contract,
  operations,
  guards: { keys: apiKeys(keys, { peppers }), idempotency: idempotency(store, { leaseMs }) },
  log: () => undefined,
})
const { url } = await listen(api, { port: 0 })
process.send?.(url)
