import { createApi, created, defineContract, idempotency, operationsFor } from 'culpa'
import { createClient } from 'culpa/client'
import { memoryIdempotency } from 'culpa/memory'
import { listen } from 'culpa/node'
import { stripe } from 'culpa/profiles'
import { instantClock, seededRandom } from 'culpa/testing'
import { expect, onTestFinished, test } from 'vitest'
import { z } from 'zod'
import { startRandomCuts } from './random-cuts.ts'
import { oneKey } from './with-keys.ts'

const charges = 1000

/** An API that charges, and how often it charged for what. */
async function chargingApi() {
  const ledger = new Map<string, number>()
  const contract = defineContract({ profile: stripe, docs: 'https://docs.example.com/errors' })
  const operation = operationsFor(contract)
  const { keys, apiKey } = await oneKey()
  const api = createApi({
    contract,
    guards: { keys, idempotency: idempotency(memoryIdempotency()) },
    operations: [
      operation('POST /v1/charges', {
        idempotency: 'optional',
        mode: 'lease',
        body: z.object({ order: z.string() }),
        async handler({ body: { order } }) {
          await new Promise((resolve) => setTimeout(resolve, 2))
          ledger.set(order, (ledger.get(order) ?? 0) + 1)
          return created({ id: `ch_${order}`, order })
        },
      }),
    ],
  })
  return { api, apiKey, ledger }
}

test(`${charges} charges through a connection that breaks at random bytes: each charged exactly once`, async () => {
  const { api, apiKey, ledger } = await chargingApi()
  const server = await listen(api, { port: 0 })
  onTestFinished(() => server.close())
  const cuts = await startRandomCuts(Number(new URL(server.url).port), seededRandom(4))
  onTestFinished(cuts.close)
  // A client each: one for all would soon have spent what its budget holds.
  const newClient = () => createClient<typeof api>({ baseUrl: cuts.url, apiKey, clock: instantClock(), maxAttempts: 4 })
  const direct = createClient<typeof api>({ baseUrl: server.url, apiKey })
  let unknown = 0

  async function charge(order: string) {
    const { ok, data, error } = await newClient().post('/v1/charges', { body: { order } }).safe()
    if (ok) return expect(data).toEqual({ id: `ch_${order}`, order })
    expect(error.outcome).toBe('unknown')
    unknown++
    // What the key is good for: the same request with it settles what became of the call.
    const settled = await direct.post('/v1/charges', { body: { order }, idempotencyKey: error.idempotencyKey! })
    expect(settled).toEqual({ id: `ch_${order}`, order })
  }

  for (let next = 0; next < charges; next += 10) {
    const orders = Array.from({ length: 10 }, (_, index) => `order_${next + index}`)
    await Promise.all(orders.map(charge))
  }
  expect([...ledger.values()]).toEqual(Array(charges).fill(1))
  expect(cuts.cuts()).toBeGreaterThan(charges)
  // Both ends occur, else the test shows nothing.
  expect(Math.min(unknown, charges - unknown)).toBeGreaterThan(charges / 10)
}, 300_000)

test('without a key a broken connection leaves at most one charge, and says that the outcome is unknown', async () => {
  const { api, apiKey, ledger } = await chargingApi()
  const server = await listen(api, { port: 0 })
  onTestFinished(() => server.close())
  const cuts = await startRandomCuts(Number(new URL(server.url).port), seededRandom(5))
  onTestFinished(cuts.close)
  const client = createClient<typeof api>({ baseUrl: cuts.url, apiKey, clock: instantClock(), idempotency: 'off' })
  let unknown = 0
  for (let next = 0; next < 30; next++) {
    const { ok, error } = await client.post('/v1/charges', { body: { order: `order_${next}` } }).safe()
    if (!ok) unknown++
    expect(error?.outcome ?? 'unknown').toBe('unknown')
    expect(error?.attempts.length ?? 1).toBe(1)
  }
  expect(unknown).toBeGreaterThan(10)
  expect(Math.max(...ledger.values())).toBe(1)
})
