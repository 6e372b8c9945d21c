import { DatabaseSync } from 'node:sqlite'
import { apiKeys, createApi, defineContract, idempotency, keyIssuer, operationsFor } from 'culpa'
import { memoryKeys } from 'culpa/memory'
import { migrate, sqliteIdempotency } from 'culpa/sqlite'
import { z } from 'zod'

const NewCustomer = z.object({ name: z.string() })
const NewCharge = z.object({ amount: z.number().int().min(1) })

const database = new DatabaseSync(':memory:')
migrate(database)
database.exec('CREATE TABLE customer (id INTEGER PRIMARY KEY, name TEXT) STRICT')

function insertCustomer(tx: DatabaseSync, { name }: z.infer<typeof NewCustomer>) {
  return tx.prepare('INSERT INTO customer (name) VALUES (?) RETURNING id, name').get(name)
}

/** A bank that keeps idempotency keys. */
export const bank = {
  payments: new Map<string, { readonly amount: number }>(),
  silent: false,
  async pay(key: string, { amount }: z.infer<typeof NewCharge>, _signal: AbortSignal) {
    this.payments.set(key, { amount })
    if (this.silent) throw new Error('the connection was cut')
    return { amount }
  },
  async find(key: string) {
    return this.payments.get(key)
  },
}
const charges = { insert: ({ amount }: { readonly amount: number }) => ({ charged: amount }) }

const peppers = { 1: 'the pepper of the documentation' }
const keys = memoryKeys()
export const { key } = await keyIssuer(keys, peppers).issue({
  prefix: 'sk',
  environment: 'test',
  tenant: 'org_1',
  scopes: [],
})

const contract = defineContract({ docs: '/errors' })
const store = sqliteIdempotency(database)
const operation = operationsFor(contract, store)

const createCustomer =
  // docs/idempotency.md: transactional mode
  operation('POST /v1/customers', {
    idempotency: 'optional',
    body: NewCustomer,
    handler: ({ body, tx }) => insertCustomer(tx, body),
  })

const createCharge =
  // docs/idempotency.md: lease mode
  operation('POST /v1/charges', {
    idempotency: 'required',
    mode: 'lease',
    body: NewCharge,
    errors: ['upstream_invalid', 'service_unavailable'],
    handler: async ({ body, step, signal }) => {
      const paid = await step('pay', (stepKey) => bank.pay(stepKey, body, signal))
      return charges.insert(paid)
    },
    reconcile: async (_input, stepKey) => {
      const paid = await bank.find(stepKey('pay'))
      return paid === undefined
        ? { outcome: 'nothing_happened' }
        : { outcome: 'finished', result: charges.insert(paid) }
    },
  })

export const api = createApi({
  contract,
  log: () => undefined,
  guards: { keys: apiKeys(keys, { peppers }), idempotency: idempotency(store) },
  operations: [createCustomer, createCharge],
})
