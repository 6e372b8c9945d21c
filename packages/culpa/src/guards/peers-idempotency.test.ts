import { expect, test } from 'vitest'
import { noContent, reply } from '../server/reply.ts'
import { send } from './testing.suite.ts'
import { chargesApi, countEffects, gate, leaseInMemory, onSqlite } from './testing-charges.suite.ts'

// One test for each mistake found in other implementations; what is in brackets made it.

function failing(): never {
  throw new Error('after the effect')
}

test('a refusal is not recorded and replayed as the answer (node-idempotency)', async () => {
  const { charge, key } = await chargesApi(leaseInMemory())
  for (const refused of [
    { key: 'wrong' },
    { key, headers: { accept: 'text/html' } },
    { key, headers: { 'content-length': '9999999' } },
  ]) {
    expect((await charge(refused)).status).toBeGreaterThanOrEqual(400)
  }
  expect((await charge()).status).toBe(200)
})

test("another customer's response is never shown (node-idempotency, idempot-js)", async () => {
  const { charge, keys } = await chargesApi(leaseInMemory(), { handler: ({ caller }) => ({ secretOf: caller.tenant }) })
  await charge()
  expect((await charge({ key: await keys.issue({ tenant: 'org_2' }) })).json).toEqual({ secretOf: 'org_2' })
})

test('/refunds does not replay /charges (idempot-js)', async () => {
  const { api, charge, key, runs } = await chargesApi(leaseInMemory())
  await charge()
  await send(api, 'POST /refunds', { key, idempotencyKey: 'k1', body: { amount: 1 } })
  expect(runs()).toBe(2)
})

test.each([
  ['__proto__', '{"a":1}', '{"a":1,"__proto__":{"admin":true}}'],
  ['a number beyond 2^53', '{"a":9007199254740992}', '{"a":9007199254740993}'],
  ['bytes that are no UTF-8', new Uint8Array([0xff]), new Uint8Array([0xfe])],
])('bodies that differ only in %s do not replay each other (idempot-js, Powertools)', async (_name, first, second) => {
  const { charge } = await chargesApi(leaseInMemory())
  await charge({ body: first })
  expect((await charge({ body: second })).code).toBe('idempotency_key_reused')
})

test('binary bodies come back unharmed, cookies not at all (idempot-js)', async () => {
  const bytes = Uint8Array.from({ length: 256 }, (_, index) => index)
  const cookies = [
    ['set-cookie', 'a=1'],
    ['set-cookie', 'b=2'],
  ] as const
  const type = ['content-type', 'application/octet-stream'] as const
  const { charge } = await chargesApi(onSqlite('lease'), { handler: () => reply(200, bytes, [type, ...cookies]) })
  const [first, again] = [await charge(), await charge()]
  expect([first.bytes, again.bytes]).toEqual([bytes, bytes])
  expect(first.headers.filter(([name]) => name === 'set-cookie')).toEqual(cookies)
  expect(again.header('set-cookie')).toBeUndefined()
})

test('a completion that fails does not leave 409 "in progress" for a day: it can be settled at once', async () => {
  const keeping = leaseInMemory()
  let isFull = true
  const store = {
    ...keeping.store,
    finish(...given: Parameters<typeof keeping.store.finish>) {
      if (isFull) throw new Error('disk full')
      return keeping.store.finish(...given)
    },
  }
  const { charge } = await chargesApi(
    { mode: 'lease', store },
    { reconcile: () => ({ outcome: 'finished', result: 'found' }) },
  )
  expect((await charge()).code).toBe('idempotency_outcome_unknown')
  isFull = false
  expect((await charge()).text).toBe('"found"')
})

test("a stale owner's failure does not delete the new owner's record: two runs, not three (Powertools TS)", async () => {
  const keeping = leaseInMemory()
  const gates = [gate<string>(), gate<string>()]
  const { charge, runs, running } = await chargesApi(keeping, {
    handler: () => gates[runs() - 1]!.promise,
    reconcile: () => ({ outcome: 'nothing_happened' }),
  })
  const stale = charge()
  await running(1)
  keeping.clock.advance(120_000)
  const owner = charge()
  await running(2)
  gates[0]!.reject(new Error('stale'))
  await stale
  expect((await charge()).code).toBe('idempotency_in_progress')
  gates[1]!.resolve('done')
  expect((await owner).text).toBe('"done"')
  expect((await charge()).text).toBe('"done"')
  expect(runs()).toBe(2)
})

test('recovery of an orphan does not overwrite a record that was finished meanwhile (Powertools #5714)', async () => {
  const keeping = leaseInMemory()
  const slow = gate<{ outcome: 'finished'; result: string }>()
  let asked = 0
  const { charge } = await chargesApi(keeping, {
    handler: failing,
    reconcile: () => (asked++ === 0 ? slow.promise : { outcome: 'finished', result: 'first' }),
  })
  await charge()
  const orphan = charge()
  while (asked < 1) await new Promise((resolve) => setImmediate(resolve))
  expect((await charge()).text).toBe('"first"')
  slow.resolve({ outcome: 'finished', result: 'overwritten' })
  expect((await orphan).text).toBe('"first"')
  expect((await charge()).text).toBe('"first"')
})

test('a timeout does not re-run a withdrawal (Powertools Python #8049)', async () => {
  const { promise, resolve } = gate<string>()
  const { charge, runs } = await chargesApi(leaseInMemory(), { handler: () => promise, timeoutMs: 20 })
  expect((await charge()).status).toBe(504)
  for (let count = 0; count < 3; count++) expect((await charge()).status).toBe(409)
  resolve('withdrawn')
  expect(runs()).toBe(1)
})

test('an effect followed by a 500 does not run twice (hono-idempotency #178)', async () => {
  const lease = await chargesApi(leaseInMemory(), { handler: failing })
  for (let count = 0; count < 3; count++) await lease.charge()
  expect(lease.runs()).toBe(1)
  const keeping = onSqlite('transactional')
  let isBroken = true
  const { charge } = await chargesApi(keeping, {
    handler({ tx }) {
      tx!.exec("INSERT INTO effects VALUES ('ch')")
      if (isBroken) failing()
    },
  })
  await charge()
  isBroken = false
  await charge()
  expect(countEffects(keeping)).toBe(1)
})

const ways: readonly [name: string, handler: () => unknown][] = [
  ['a value', () => ({ a: 1 })],
  ['a status', () => reply(202, 'queued')],
  ['nothing', () => undefined],
  ['noContent', () => noContent()],
  ['a promise', async () => 1],
  ['a stream', () => reply(200, new Blob(['x']).stream())],
  ['bytes', () => reply(200, new Uint8Array([1]))],
]

test.each(ways)('an answer by %s is recorded like any other (express-idempotency #32)', async (_name, handler) => {
  const { charge, runs } = await chargesApi(leaseInMemory(), { handler })
  const [first, again] = [await charge(), await charge()]
  expect([again.status, again.text, again.header('idempotent-replayed')]).toEqual([first.status, first.text, 'true'])
  expect(runs()).toBe(1)
})

test('a lost race is answered 409, not 503 (idempot-js #186)', async () => {
  const { promise, resolve } = gate<string>()
  const { charge, running } = await chargesApi(leaseInMemory(), { handler: () => promise })
  const winner = charge()
  await running(1)
  for (const { status } of await Promise.all([charge(), charge(), charge()])) expect(status).toBe(409)
  resolve('done')
  expect((await winner).status).toBe(200)
})
