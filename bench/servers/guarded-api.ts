import {
  addressLimit,
  apiKeys,
  createApi,
  defineContract,
  type IdempotencyStore,
  idempotency,
  type KeyStore,
  keyIssuer,
  type LimitStore,
  maintenance,
  operationsFor,
  overload,
  rateLimits,
} from 'culpa'
import { eventLoopDelay } from 'culpa/node'
import { z } from 'zod'

/** Where its guards keep state. */
export interface GuardedStores {
  readonly keys: KeyStore
  readonly limits: LimitStore
  /** Of addresses that fail to authenticate. */
  readonly failures: LimitStore
  readonly records: IdempotencyStore
}

const peppers = { 1: 'the pepper of the benchmark' }

/** What its keys may do. */
export const scopes = ['items:read', 'orders:write']

const item = { id: 'item_1', name: 'An item', price: 1200, currency: 'eur' }
const Order = z.object({ item: z.string(), quantity: z.number().int().min(1), note: z.string().max(200).optional() })

/** The API whose cost is told: an operation of each kind behind every guard, besides as many others as are wanted. */
export function guardedApi({ keys, limits, failures, records }: GuardedStores, otherOperations = 0) {
  const contract = defineContract({ format: 'stripe', docs: '/errors' })
  const operation = operationsFor(contract)
  const reading = { scopes: ['items:read'], limit: 'all', handler: () => item } as const
  const others = Array.from({ length: otherOperations }, (_, index) =>
    operation(`GET /other${String(index).padStart(5, '0')}/:id`, reading),
  )
  return createApi({
    contract,
    log: () => undefined,
    guards: {
      maintenance: maintenance(),
      // Sheds nothing here: a machine that stalls must not turn into answers of 503.
      overload: overload({ delayMs: eventLoopDelay(), maxDelayMs: 600_000 }),
      addressLimit: addressLimit(failures, { failures: '1000000/s' }),
      keys: apiKeys(keys, { peppers }),
      limits: rateLimits(limits, { all: '1000000/s', spent: '1/h' }),
      idempotency: idempotency(records),
    },
    operations: [
      operation('GET /items/:id', reading),
      operation('GET /spent', { ...reading, limit: 'spent' }),
      operation('POST /orders', {
        scopes: ['orders:write'],
        limit: 'all',
        idempotency: 'optional',
        body: Order,
        handler: ({ body }) => ({ id: 'order_1', item: body.item, quantity: body.quantity }),
      }),
      ...others,
    ],
  })
}

/** A key of a tenant that may do everything. */
export async function issueKey(keys: KeyStore, tenant: string): Promise<string> {
  const { key } = await keyIssuer(keys, peppers).issue({ prefix: 'sk', environment: 'test', tenant, scopes })
  return key
}
