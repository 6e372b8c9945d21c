// culpa with every guard, all state in memory.
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import {
  type Api,
  addressLimit,
  apiKeys,
  createApi,
  defineContract,
  idempotency,
  keyIssuer,
  maintenance,
  operationsFor,
  overload,
  rateLimits,
  recordLog,
} from 'culpa'
import { memoryIdempotency, memoryKeys, memoryLimits } from 'culpa/memory'
import { eventLoopDelay, listen } from 'culpa/node'
import { migrate, sqliteLog } from 'culpa/sqlite'
import { z } from 'zod'
import { keepAliveTimeoutMs, serve, startOptions } from './serve.ts'

/** What there is besides what the requests need; all default to none. */
export interface CulpaOptions {
  /** Whether every request goes into a log on disk, with its headers and bodies. */
  readonly log?: boolean
  readonly otherOperations?: number
  /** Keys of other tenants, with a limit each that is being counted. */
  readonly otherKeys?: number
  /** Idempotency keys that are finished. */
  readonly records?: number
  /** Keys to issue, each of its own tenant. Default 1. */
  readonly keys?: number
}

const options = startOptions<CulpaOptions>()
const peppers = { 1: 'the pepper of the benchmark' }
const scopes = ['items:read', 'orders:write']
const item = { id: 'item_1', name: 'An item', price: 1200, currency: 'eur' }
const Order = z.object({ item: z.string(), quantity: z.number().int().min(1), note: z.string().max(200).optional() })

const keys = memoryKeys()
const limits = memoryLimits({ maxKeys: 4_000_000 })
const records = memoryIdempotency()
const issuer = keyIssuer(keys, peppers)

async function issue(tenant: string): Promise<string> {
  const { key } = await issuer.issue({ prefix: 'sk', environment: 'test', tenant, scopes })
  return key
}

function fill(): void {
  for (let index = 0; index < (options.otherKeys ?? 0); index += 1) {
    const keyId = index.toString(36).padStart(12, '0')
    const secrets = [{ pepperVersion: 1, hash: index.toString(16).padStart(64, '0') }]
    keys.save({ keyId, tenant: `other_${index}`, environment: 'test', scopes, secrets })
    limits.take([{ key: `all:other_${index}:test`, intervalMs: 3_600_000, burst: 1, cost: 1 }])
  }
  const reply = { status: 200, headers: [['content-type', 'application/json']], body: Buffer.from('{}') } as const
  for (let index = 0; index < (options.records ?? 0); index += 1) {
    const claim = records.claim(`other ${index}`, 'a fingerprint', 120_000)
    if (!(claim instanceof Promise) && claim.state === 'claimed') {
      records.finish(`other ${index}`, claim.attempt, { ...reply, headers: [...reply.headers] })
    }
  }
}

function recordOnDisk(api: Api): void {
  const folder = mkdtempSync(join(tmpdir(), 'culpa-bench-'))
  const database = new DatabaseSync(join(folder, 'log.db'))
  migrate(database)
  database.exec('PRAGMA synchronous = NORMAL')
  api.watch(recordLog(sqliteLog(database)).log)
  process.on('exit', () => rmSync(folder, { recursive: true }))
}

const contract = defineContract({ format: 'stripe', docs: '/errors' })
const operation = operationsFor(contract)
const others = Array.from({ length: options.otherOperations ?? 0 }, (_, index) =>
  operation(`GET /other${String(index).padStart(5, '0')}/:id`, {
    scopes: ['items:read'],
    limit: 'all',
    handler: () => item,
  }),
)
const api = createApi({
  contract,
  log: () => undefined,
  guards: {
    maintenance: maintenance(),
    // Sheds nothing here: a machine that stalls must not turn into answers of 503.
    overload: overload({ delayMs: eventLoopDelay(), maxDelayMs: 600_000 }),
    addressLimit: addressLimit(memoryLimits(), { failures: '1000000/s' }),
    keys: apiKeys(keys, { peppers }),
    limits: rateLimits(limits, { all: '1000000/s', spent: '1/h' }),
    idempotency: idempotency(records),
  },
  operations: [
    operation('GET /items/:id', { scopes: ['items:read'], limit: 'all', handler: () => item }),
    operation('GET /spent', { scopes: ['items:read'], limit: 'spent', handler: () => item }),
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
if (options.log === true) recordOnDisk(api)
fill()
const issued: string[] = []
for (let index = 0; index < (options.keys ?? 1); index += 1) issued.push(await issue(`org_${index}`))
const { port } = await listen(api, { port: 0, keepAliveTimeoutMs })
serve({ port, keys: issued })
