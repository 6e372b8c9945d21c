import { describe, expect, test } from 'vitest'
import type { Outcome } from '../server/operation.ts'
import { chargesApi, gate, keepings } from './testing-charges.suite.ts'

const leases = keepings.filter(([name]) => name.startsWith('lease'))

describe.each(leases)('%s', (_name, open) => {
  test('a step gets its own key for the foreign call: the same on every attempt, another for each step and request', async () => {
    const seen: string[] = []
    const { charge } = await chargesApi(open(), {
      async handler({ step, errors }) {
        for (const name of ['reserve', 'capture']) await step(name, async (stepKey) => seen.push(stepKey))
        throw errors.bank_failed({ noEffect: true })
      },
    })
    await charge()
    await charge()
    await charge({ idempotencyKey: 'k2' })
    const [reserve, capture, reserveAgain, captureAgain, ...others] = seen
    expect(reserve).toMatch(/^[0-9a-f]{64}$/)
    expect([reserveAgain, captureAgain]).toEqual([reserve, capture])
    expect(new Set([reserve, capture, ...others]).size).toBe(4)
  })

  test('a step is recorded: asked for again in its attempt, its result comes back and it does not run', async () => {
    let calls = 0
    const { charge } = await chargesApi(open(), {
      async handler({ step }) {
        const once = () => step('reserve', async () => ({ reservation: ++calls }))
        return [await once(), await once()]
      },
    })
    expect((await charge()).json).toEqual([{ reservation: 1 }, { reservation: 1 }])
    expect(calls).toBe(1)
  })

  test('after a recorded step a 4xx that may pass leaves the outcome unknown: the step does not run again', async () => {
    let payments = 0
    const { charge } = await chargesApi(open(), {
      async handler({ step, errors }) {
        await step('pay', async () => ++payments)
        throw errors.account_busy()
      },
    })
    expect((await charge()).code).toBe('account_busy')
    expect((await charge()).code).toBe('idempotency_outcome_unknown')
    expect(payments).toBe(1)
  })

  test('a step that failed is none: a 4xx that may pass releases the key', async () => {
    let isBusy = true
    const { charge } = await chargesApi(open(), {
      handler: ({ step, errors }) =>
        step('pay', async () => {
          if (isBusy) throw errors.account_busy()
          return 'paid'
        }),
    })
    expect((await charge()).code).toBe('account_busy')
    isBusy = false
    expect((await charge()).json).toBe('paid')
  })

  test('a step of an attempt that lost its claim is not recorded, and stops its handler', async () => {
    const keeping = open()
    const { promise, resolve } = gate()
    let hasGoneOn = false
    const { charge, running } = await chargesApi(keeping, {
      async handler({ step }) {
        await step('reserve', () => promise)
        hasGoneOn = true
        return 'charged'
      },
    })
    const first = charge()
    await running(1)
    keeping.clock.advance(120_000)
    resolve()
    expect((await first).code).toBe('idempotency_outcome_unknown')
    expect(hasGoneOn).toBe(false)
    expect((await charge()).code).toBe('idempotency_outcome_unknown')
  })

  test('without an idempotency key a step just runs, under a key nobody else has', async () => {
    const seen = new Set<string>()
    const { charge } = await chargesApi(open(), {
      idempotency: 'optional',
      handler: ({ step }) => step('reserve', async (stepKey) => void seen.add(stepKey)),
    })
    for (let count = 0; count < 2; count++) await charge({ idempotencyKey: undefined })
    expect(seen.size).toBe(2)
  })

  test('a reconcile hook that found the result settles it: it is answered, recorded, and nothing runs again', async () => {
    const asked: string[] = []
    const { charge, runs } = await chargesApi(open(), {
      async handler({ step }) {
        await step('capture', async (stepKey) => void asked.push(stepKey))
        throw new Error('lost the answer')
      },
      reconcile(_, stepKey) {
        asked.push(stepKey('capture'))
        return { outcome: 'finished', result: { id: 'ch_found' } }
      },
    })
    expect((await charge()).code).toBe('internal_error')
    for (let count = 0; count < 2; count++) expect((await charge()).json).toEqual({ id: 'ch_found' })
    expect(asked[1]).toBe(asked[0])
    expect([asked.length, runs()]).toEqual([2, 1])
  })

  test('a reconcile hook that found nothing lets the retry run', async () => {
    let isBroken = true
    const { charge, runs } = await chargesApi(open(), {
      handler() {
        if (isBroken) throw new Error('lost')
        return 'charged'
      },
      reconcile: () => ({ outcome: 'nothing_happened' }),
    })
    await charge()
    isBroken = false
    const answer = await charge()
    expect([answer.text, answer.header('idempotent-replayed'), runs()]).toEqual(['"charged"', undefined, 2])
  })

  const undecided: readonly [name: string, reconcile: () => Outcome<unknown> | Promise<Outcome<unknown>>][] = [
    ['does not know', () => ({ outcome: 'unknown' })],
    [
      'throws',
      () => {
        throw new Error('the bank is down')
      },
    ],
    ['rejects', () => Promise.reject(new Error('the bank is down'))],
  ]

  test.each(undecided)('a reconcile hook that %s leaves it unknown, and is asked again', async (_case, reconcile) => {
    let asked = 0
    const { charge, runs } = await chargesApi(open(), {
      handler() {
        throw new Error('lost')
      },
      reconcile() {
        asked++
        return reconcile()
      },
    })
    await charge()
    for (let count = 1; count < 3; count++) {
      expect(await charge()).toMatchObject({ status: 409, code: 'idempotency_outcome_unknown' })
      expect([asked, runs()]).toEqual([count, 1])
    }
  })

  test('a reconcile hook is not asked for another fingerprint', async () => {
    const { charge } = await chargesApi(open(), {
      handler() {
        throw new Error('lost')
      },
      reconcile: () => ({ outcome: 'nothing_happened' }),
    })
    await charge()
    expect((await charge({ body: { amount: 2 } })).code).toBe('idempotency_key_reused')
  })

  test('two retries that reconcile at once run the handler once more at most', async () => {
    const answers = [gate<Outcome<unknown>>(), gate<Outcome<unknown>>()]
    let asked = 0
    let isBroken = true
    const { charge, runs } = await chargesApi(open(), {
      async handler() {
        if (isBroken) throw new Error('lost')
        return 'charged'
      },
      reconcile: () => answers[asked++]!.promise,
    })
    await charge()
    isBroken = false
    const retries = [charge(), charge()]
    for (const { resolve } of answers) resolve({ outcome: 'nothing_happened' })
    const codes = (await Promise.all(retries)).map(({ code, status }) => code ?? status)
    expect(runs()).toBe(2)
    expect(codes.filter((code) => code === 200).length).toBeGreaterThan(0)
    for (const code of codes) expect([200, 'idempotency_in_progress']).toContain(code)
  })

  test('a store that is lost while settling answers 503, and nothing ran', async () => {
    const keeping = open()
    const lost = () => {
      throw new Error('disk I/O error')
    }
    const { charge, runs } = await chargesApi(
      { mode: 'lease', store: { ...keeping.store, settle: lost } },
      {
        handler() {
          throw new Error('lost')
        },
        reconcile: () => ({ outcome: 'nothing_happened' }),
      },
    )
    await charge()
    expect(await charge()).toMatchObject({ status: 503, code: 'service_unavailable' })
    expect(runs()).toBe(1)
  })
})
