import fc from 'fast-check'
import { expect, test } from 'vitest'
import type { LimitCharge, LimitStore, LimitVerdict, MaybePromise } from '../../packages/culpa/src/server/stores.ts'

export interface LimitStoreUnderTest {
  readonly store: LimitStore
  /** Lets the store's clock go on. */
  advance(ms: number): MaybePromise<void>
  close?(): MaybePromise<void>
}

const writes: LimitCharge = { key: 'writes:org_1:test', intervalMs: 600, burst: 3, cost: 1 }
const reads: LimitCharge = { key: 'reads:org_1:test', intervalMs: 10, burst: 5, cost: 1 }

/** The contract of every `LimitStore`. */
export function limitStoreSuite(name: string, open: () => MaybePromise<LimitStoreUnderTest>): void {
  async function use(body: (under: LimitStoreUnderTest) => Promise<void>): Promise<void> {
    const under = await open()
    try {
      await body(under)
    } finally {
      await under.close?.()
    }
  }

  function check(title: string, body: (under: LimitStoreUnderTest) => Promise<void>): void {
    test(`${name}: ${title}`, () => use(body))
  }

  check('admits the burst, then refuses, then admits one unit an interval', async ({ store, advance }) => {
    for (const remaining of [2, 1, 0]) {
      expect(await take(store, writes)).toEqual({
        allowed: true,
        remaining,
        retryAfterMs: 0,
        resetMs: 1800 - remaining * 600,
      })
    }
    expect(await take(store, writes)).toEqual({ allowed: false, remaining: 0, retryAfterMs: 600, resetMs: 1800 })
    await advance(600)
    expect((await take(store, writes)).allowed).toBe(true)
    expect((await take(store, writes)).allowed).toBe(false)
  })

  check('refuses one millisecond before the wait is over', async ({ store, advance }) => {
    await take(store, { ...writes, cost: 3 })
    await advance(599)
    expect(await take(store, writes)).toMatchObject({ allowed: false, retryAfterMs: 1 })
  })

  check('consumes nothing by a refusal', async ({ store, advance }) => {
    await take(store, { ...writes, cost: 3 })
    for (let again = 0; again < 50; again += 1) await take(store, writes)
    await advance(600)
    expect((await take(store, writes)).allowed).toBe(true)
  })

  check('spends all charges or none', async ({ store }) => {
    await take(store, { ...writes, cost: 3 })
    const [readVerdict, writeVerdict] = await store.take([reads, writes])
    expect(readVerdict).toEqual({ allowed: true, remaining: 5, retryAfterMs: 0, resetMs: 0 })
    expect(writeVerdict).toMatchObject({ allowed: false, retryAfterMs: 600 })
    expect((await take(store, reads)).remaining).toBe(4)
  })

  check('counts both of two charges to one key', async ({ store, advance }) => {
    const [, both] = await store.take([writes, writes])
    expect(both?.remaining).toBe(1)
    const refused = await store.take([writes, writes])
    expect(refused.map(({ allowed }) => allowed)).toEqual([true, false])
    expect(refused.map(({ retryAfterMs }) => retryAfterMs)).toEqual([0, 600])
    await advance(600)
    expect((await store.take([writes, writes])).every(({ allowed }) => allowed)).toBe(true)
  })

  check('only looks at a cost of 0, and tells when a unit is there', async ({ store, advance }) => {
    const look = { ...writes, cost: 0 }
    expect(await take(store, look)).toEqual({ allowed: true, remaining: 3, retryAfterMs: 0, resetMs: 0 })
    await take(store, { ...writes, cost: 3 })
    await advance(100)
    const seen = { allowed: true, remaining: 0, retryAfterMs: 500, resetMs: 1700 }
    expect(await take(store, look)).toEqual(seen)
    expect(await take(store, look)).toEqual(seen)
    await advance(500)
    expect(await take(store, look)).toMatchObject({ remaining: 1, retryAfterMs: 0 })
  })

  check('never admits a cost above the burst', async ({ store, advance }) => {
    expect(await take(store, { ...writes, cost: 4 })).toMatchObject({ allowed: false, retryAfterMs: Infinity })
    await advance(1_000_000)
    expect((await take(store, { ...writes, cost: 4 })).allowed).toBe(false)
  })

  check('keeps callers apart', async ({ store }) => {
    await take(store, { ...writes, cost: 3 })
    expect((await take(store, { ...writes, key: 'writes:org_2:test' })).remaining).toBe(2)
  })

  check('has the whole burst back after a window that does not divide evenly', async ({ store, advance }) => {
    for (const [quota, windowMs] of [
      [3, 1000],
      [7, 60_000],
      [11, 1000],
      [13, 86_400_000],
      [999, 60_000],
    ] as const) {
      const charge = { key: `w${quota}:org_1`, intervalMs: windowMs / quota, burst: quota, cost: 1 }
      for (let spent = 0; spent < quota; spent += 1) expect((await take(store, charge)).allowed).toBe(true)
      expect(await take(store, charge)).toMatchObject({ allowed: false, resetMs: windowMs })
      await advance(windowMs)
      expect((await take(store, { ...charge, cost: quota })).allowed).toBe(true)
    }
  })

  check('recovers from a rate of many units a millisecond', async ({ store, advance }) => {
    const fast = { key: 'fast:org_1', intervalMs: 0.1, burst: 10, cost: 10 }
    await take(store, fast)
    expect(await take(store, { ...fast, cost: 1 })).toMatchObject({ allowed: false, retryAfterMs: 1 })
    await advance(1)
    expect((await take(store, fast)).allowed).toBe(true)
  })

  const moments = fc.array(fc.record({ afterMs: fc.nat(3000), cost: fc.integer({ min: 1, max: 5 }) }), {
    maxLength: 60,
  })
  const rates = fc.record({ intervalMs: fc.integer({ min: 1, max: 2000 }), burst: fc.integer({ min: 5, max: 20 }) })

  test(`${name}: never admits more than the burst and what has come back since, in any window`, async () => {
    await fc.assert(
      fc.asyncProperty(rates, moments, (rate, requests) =>
        use(async ({ store, advance }) => {
          const admitted: { at: number; cost: number }[] = []
          let at = 0
          for (const { afterMs, cost } of requests) {
            await advance(afterMs)
            at += afterMs
            if ((await take(store, { key: 'p:1', ...rate, cost })).allowed) admitted.push({ at, cost })
          }
          for (const [first, { at: from }] of admitted.entries()) {
            let units = 0
            for (const later of admitted.slice(first)) {
              units += later.cost
              expect(units).toBeLessThanOrEqual(rate.burst + (later.at - from) / rate.intervalMs)
            }
          }
        }),
      ),
    )
  })

  test(`${name}: waiting exactly retryAfterMs succeeds, after any requests at any rate`, async () => {
    const anyInterval = fc.oneof(fc.double({ min: 0.01, max: 5000, noNaN: true }), fc.integer({ min: 1, max: 5000 }))
    const anyMoment = fc.oneof(fc.nat(3000), fc.double({ min: 0, max: 3000, noNaN: true }))
    const requests = fc.array(fc.record({ afterMs: anyMoment, cost: fc.integer({ min: 1, max: 5 }) }), {
      maxLength: 60,
    })
    await fc.assert(
      fc.asyncProperty(anyInterval, fc.integer({ min: 5, max: 20 }), requests, (intervalMs, burst, list) =>
        use(async ({ store, advance }) => {
          for (const { afterMs, cost } of list) {
            await advance(afterMs)
            const charge = { key: 'p:1', intervalMs, burst, cost }
            const { allowed, retryAfterMs } = await take(store, charge)
            if (allowed) continue
            expect(Number.isInteger(retryAfterMs) && retryAfterMs > 0).toBe(true)
            await advance(retryAfterMs)
            expect(await take(store, charge)).toMatchObject({ allowed: true, retryAfterMs: 0 })
          }
        }),
      ),
    )
  })
}

async function take(store: LimitStore, charge: LimitCharge): Promise<LimitVerdict> {
  const [verdict] = await store.take([charge])
  return verdict as LimitVerdict
}
