import { describe, expect, test } from 'vitest'
import { reply } from '../server/reply.ts'
import { chargesApi, gate, keepings } from './testing-charges.suite.ts'

const leaseMs = 120_000
const leases = keepings.filter(([name]) => name.startsWith('lease'))

describe.each(leases)('%s', (_name, open) => {
  test('still running: 409 idempotency_in_progress + Retry-After, and the first one finishes', async () => {
    const { promise, resolve } = gate<string>()
    const { charge, runs, running } = await chargesApi(open(), { handler: () => promise })
    const first = charge()
    await running(1)
    const second = await charge()
    expect(second).toMatchObject({ status: 409, code: 'idempotency_in_progress' })
    expect(second.header('retry-after')).toBe('1')
    resolve('charged')
    expect((await first).text).toBe('"charged"')
    expect((await charge()).header('idempotent-replayed')).toBe('true')
    expect(runs()).toBe(1)
  })

  test('other fingerprint, running and unknown: 422 idempotency_key_reused, never writes', async () => {
    const keeping = open()
    const { promise, resolve } = gate<string>()
    const { charge, running } = await chargesApi(keeping, { handler: () => promise })
    const first = charge()
    await running(1)
    const other = { body: { amount: 2 } }
    expect((await charge(other)).code).toBe('idempotency_key_reused')
    keeping.clock.advance(leaseMs)
    expect((await charge(other)).code).toBe('idempotency_key_reused')
    expect((await charge()).code).toBe('idempotency_outcome_unknown')
    resolve('late')
    await first
  })

  test('owner died: 409 idempotency_outcome_unknown, no Retry-After, never re-run, never expires by itself', async () => {
    const keeping = open()
    const { charge, runs, running } = await chargesApi(keeping, { handler: () => new Promise(() => undefined) })
    void charge()
    await running(1)
    keeping.clock.advance(leaseMs)
    for (let years = 0; years < 3; years++) {
      const answer = await charge()
      expect(answer).toMatchObject({ status: 409, code: 'idempotency_outcome_unknown' })
      expect(answer.header('retry-after')).toBeUndefined()
      keeping.clock.advance(365 * 86_400_000)
    }
    expect(runs()).toBe(1)
  })

  test('handler throws, lease mode: 500, then outcome unknown', async () => {
    const { charge, runs } = await chargesApi(open(), {
      handler() {
        throw new Error('bug after the effect')
      },
    })
    expect((await charge()).code).toBe('internal_error')
    expect((await charge()).code).toBe('idempotency_outcome_unknown')
    expect(runs()).toBe(1)
  })

  test('handler: 5xx, lease mode: outcome unknown, unless the handler says noEffect', async () => {
    let noEffect = true
    const { charge, runs } = await chargesApi(open(), {
      async handler({ errors }) {
        throw errors.bank_failed({ noEffect })
      },
    })
    for (let count = 0; count < 2; count++) expect((await charge()).code).toBe('bank_failed')
    noEffect = false
    expect((await charge()).code).toBe('bank_failed')
    expect((await charge()).code).toBe('idempotency_outcome_unknown')
    expect(runs()).toBe(3)
  })

  test('a handler that itself says that the outcome is unknown is believed', async () => {
    const { charge, runs } = await chargesApi(open(), {
      errors: ['idempotency_outcome_unknown'] as never,
      handler({ errors }) {
        throw (errors as unknown as Record<string, () => Error>).idempotency_outcome_unknown!()
      },
    })
    for (let count = 0; count < 2; count++) expect((await charge()).code).toBe('idempotency_outcome_unknown')
    expect(runs()).toBe(1)
  })

  test('completing is conditional on the attempt: a paused owner overwrites nothing and learns that it lost', async () => {
    const keeping = open()
    const [paused, later] = [gate<string>(), gate<string>()]
    const gates = [paused, later]
    const { charge, events, running } = await chargesApi(keeping, { handler: () => gates.shift()!.promise })
    const first = charge()
    await running(1)
    await settleAsNothing(keeping, charge)
    const second = charge()
    later.resolve('second')
    expect((await second).text).toBe('"second"')
    paused.resolve('first')
    expect(await first).toMatchObject({ status: 409, code: 'idempotency_outcome_unknown' })
    expect((await charge()).text).toBe('"second"')
    expect(events.at(-1)?.replayed).toBe(true)
  })

  test.each(['a fault', 'a 5xx', 'a final 4xx', 'a 4xx that may pass', 'a 5xx without effect'] as const)(
    'releasing is conditional on the attempt: a stale owner that ends with %s leaves the record of the new one',
    async (end) => {
      const keeping = open()
      const gates = [gate<string>(), gate<string>()]
      const { charge, runs, running } = await chargesApi(keeping, {
        async handler({ errors }) {
          const how = await gates[runs() - 1]!.promise
          if (how === 'a fault') throw new Error('late')
          if (how === 'a 5xx') throw errors.bank_failed()
          if (how === 'a 5xx without effect') throw errors.bank_failed({ noEffect: true })
          if (how === 'a final 4xx') throw errors.card_declined()
          if (how === 'a 4xx that may pass') throw errors.account_busy()
          return how
        },
      })
      const first = charge()
      await running(1)
      await settleAsNothing(keeping, charge)
      const second = charge()
      await running(2)
      gates[0]!.resolve(end)
      await first
      expect((await charge()).code).toBe('idempotency_in_progress')
      gates[1]!.resolve('second')
      expect((await second).text).toBe('"second"')
      expect((await charge()).text).toBe('"second"')
      expect(runs()).toBe(2)
    },
  )

  test('an operator settles an unknown outcome with the answer that was meant', async () => {
    const keeping = open()
    const { charge, runs } = await chargesApi(keeping, {
      handler() {
        throw new Error('bug')
      },
    })
    await charge()
    const body = new TextEncoder().encode('{"id":"ch_found"}')
    await settle(keeping, { status: 201, headers: [['content-type', 'application/json']], body })
    expect(await charge()).toMatchObject({ status: 201, text: '{"id":"ch_found"}' })
    expect(runs()).toBe(1)
  })

  test('completion fails: the caller is told unknown, not left with 409 in progress for a day', async () => {
    const keeping = open()
    const finish = () => {
      throw new Error('disk full')
    }
    const { charge, runs, events } = await chargesApi({ mode: 'lease', store: { ...keeping.store, finish } })
    expect(await charge()).toMatchObject({ status: 409, code: 'idempotency_outcome_unknown' })
    expect(events[0]?.cause).toContain('disk full')
    expect((await charge()).code).toBe('idempotency_outcome_unknown')
    expect(runs()).toBe(1)
  })

  test('a stream is recorded whole and replayed', async () => {
    const stream = () => reply(200, new Blob(['one,', 'two']).stream(), [['content-type', 'text/csv']])
    const { charge, runs } = await chargesApi(open(), { handler: stream })
    expect([(await charge()).text, (await charge()).text]).toEqual(['one,two', 'one,two'])
    expect(runs()).toBe(1)
  })

  test('a keyed request finishes when the caller goes away, and is recorded', async () => {
    const controller = new AbortController()
    const seen: boolean[] = []
    const { charge, runs } = await chargesApi(open(), {
      idempotency: 'optional',
      async handler({ signal }) {
        controller.abort()
        await Promise.resolve()
        seen.push(signal.aborted)
        return 'charged'
      },
    })
    await charge({ signal: controller.signal })
    expect((await charge()).header('idempotent-replayed')).toBe('true')
    await charge({ signal: controller.signal, idempotencyKey: undefined })
    expect([runs(), seen]).toEqual([2, [false, true]])
  })
})

type Keeping = ReturnType<(typeof keepings)[0][1]>
type Charge = Awaited<ReturnType<typeof chargesApi>>['charge']

/** What an operator does: the one key of these tests, whatever its attempt. */
async function settle({ store }: Keeping, answer: Parameters<typeof store.settle>[2]): Promise<void> {
  const scope = JSON.stringify(['org_1', 'test', 'POST /charges', 'k1'])
  const record = await store.find(scope)
  expect(record?.state).toBe('unknown')
  expect(await store.settle(scope, record!.attempt, answer)).toBe(true)
}

/** Lets the lease of the running attempt pass, and has an operator say that nothing happened. */
async function settleAsNothing(keeping: Keeping, charge: Charge): Promise<void> {
  keeping.clock.advance(leaseMs)
  expect((await charge()).code).toBe('idempotency_outcome_unknown')
  await settle(keeping, undefined)
}
