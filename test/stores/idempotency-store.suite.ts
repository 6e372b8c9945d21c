import { expect, test } from 'vitest'
import type { IdempotencyStore, MaybePromise, RecordedReply } from '../../packages/culpa/src/server/stores.ts'
import { binary } from './binary-reply.ts'

/** The suites open stores with these, in milliseconds. */
export const times = { responseTtlMs: 10_000, tombstoneTtlMs: 100_000 } as const

export interface IdempotencyStoreUnderTest {
  readonly store: IdempotencyStore
  /** Another way to the same records: a second connection, or the same store. */
  readonly second: IdempotencyStore
  /** Sets the clock of both stores on, or back. */
  advance(ms: number): MaybePromise<void>
  close?(): MaybePromise<void>
}

const other: RecordedReply = { status: 200, headers: [], body: Uint8Array.from([1]) }
const scope = '["org_1","live","POST /v1/charges","k1"]'
const leaseMs = 1000

/** The contract of every `IdempotencyStore`, lease mode. */
export function idempotencyStoreSuite(name: string, open: () => MaybePromise<IdempotencyStoreUnderTest>): void {
  function check(title: string, body: (under: IdempotencyStoreUnderTest) => Promise<void>): void {
    test(`${name}: ${title}`, async () => {
      const under = await open()
      try {
        await body(under)
      } finally {
        await under.close?.()
      }
    })
  }

  check(
    'gives a free scope to the first claim and shows it running to the next',
    async ({ store, second, advance }) => {
      expect(await store.find(scope)).toBeUndefined()
      const attempt = await claim(store)
      await advance(400)
      const running = { state: 'running', fingerprint: 'f1', attempt, leaseMs: 600 }
      expect(await second.claim(scope, 'f2', leaseMs)).toEqual(running)
      expect(await second.find(scope)).toEqual(running)
    },
  )

  check('replays a finished reply byte for byte', async ({ store, second }) => {
    const attempt = await claim(store)
    expect(await store.finish(scope, attempt, binary)).toBe(true)
    const finished = { state: 'finished', fingerprint: 'f1', attempt, reply: binary }
    const found = await second.find(scope)
    expect(found).toEqual(finished)
    expect(found?.state === 'finished' && [...found.reply.body]).toEqual([0xff, 0xfe, 0x00, 0x80, 0x22, 0x0a])
    expect(await second.claim(scope, 'f2', leaseMs)).toEqual(finished)
  })

  check('keeps an empty body and one of many bytes', async ({ store, second }) => {
    const large = Uint8Array.from({ length: 300_000 }, (_, index) => index % 251)
    for (const [key, body] of [
      ['empty', new Uint8Array(0)],
      ['large', large],
    ] as const) {
      const attempt = await claim(store, key)
      await store.finish(key, attempt, { status: 204, headers: [], body })
      const found = await second.find(key)
      expect(found?.state === 'finished' && Buffer.compare(found.reply.body, body)).toBe(0)
    }
  })

  check('shares no bytes with the caller, on the way in or out', async ({ store }) => {
    const attempt = await claim(store)
    // A Buffer's own slice() is a view of the same memory.
    const body = Buffer.from([1, 2, 3])
    const step = Buffer.from([4, 5, 6])
    await store.saveStep(scope, attempt, 'charge', step)
    step.fill(0)
    ;(await store.findStep(scope, 'charge'))?.fill(0)
    expect([...((await store.findStep(scope, 'charge')) ?? [])]).toEqual([4, 5, 6])
    await store.finish(scope, attempt, { status: 200, headers: [], body })
    body.fill(0)
    for (let again = 0; again < 2; again += 1) {
      const found = await store.find(scope)
      expect(found?.state === 'finished' && [...found.reply.body]).toEqual([1, 2, 3])
      if (found?.state === 'finished') found.reply.body.fill(0)
    }
  })

  check('never lets scopes of two tenants meet', async ({ store }) => {
    const theirs = scope.replace('org_1', 'org_2')
    const attempt = await claim(store)
    await store.saveStep(scope, attempt, 'charge', Uint8Array.of(1))
    await store.finish(scope, attempt, binary)
    expect(await store.find(theirs)).toBeUndefined()
    const theirAttempt = await claim(store, theirs)
    expect(await store.findStep(theirs, 'charge')).toBeUndefined()
    expect(await store.finish(scope, theirAttempt, other)).toBe(false)
    expect(await store.finish(theirs, attempt, other)).toBe(false)
    expect(await store.find(scope)).toMatchObject({ state: 'finished', reply: binary })
  })

  check('frees a released scope for a new attempt with a new number', async ({ store, second }) => {
    const first = await claim(store)
    expect(await store.release(scope, first)).toBe(true)
    expect(await second.find(scope)).toBeUndefined()
    const next = await claim(second, scope, 'f2')
    expect(next).toBeGreaterThan(first)
    expect(await store.release(scope, first)).toBe(false)
    expect(await store.finish(scope, first, other)).toBe(false)
    expect(await store.abandon(scope, first)).toBe(false)
    expect(await store.saveStep(scope, first, 'charge', Uint8Array.of(1))).toBe(false)
    expect(await store.find(scope)).toMatchObject({ state: 'running', attempt: next, fingerprint: 'f2' })
  })

  check('calls a claim unknown once its lease has passed, and never runs it again by itself', async (under) => {
    const { store, second, advance } = under
    const attempt = await claim(store)
    await advance(999)
    expect(await second.find(scope)).toMatchObject({ state: 'running', leaseMs: 1 })
    await advance(1)
    const unknown = { state: 'unknown', fingerprint: 'f1', attempt }
    expect(await second.claim(scope, 'f1', leaseMs)).toEqual(unknown)
    await advance(10 * times.tombstoneTtlMs)
    expect(await second.claim(scope, 'f1', leaseMs)).toEqual(unknown)
    await advance(-10 * times.tombstoneTtlMs - leaseMs)
    expect(await second.find(scope)).toEqual(unknown)
  })

  check('refuses everything from an owner that was paused past its lease', async ({ store, advance }) => {
    const attempt = await claim(store)
    await advance(leaseMs)
    expect(await store.finish(scope, attempt, other)).toBe(false)
    expect(await store.release(scope, attempt)).toBe(false)
    expect(await store.abandon(scope, attempt)).toBe(false)
    expect(await store.saveStep(scope, attempt, 'charge', Uint8Array.of(1))).toBe(false)
    expect(await store.find(scope)).toEqual({ state: 'unknown', fingerprint: 'f1', attempt })
  })

  check('never tells a lease that is negative or over, whatever the clock does', async ({ store, advance }) => {
    await claim(store)
    await advance(-86_400_000)
    const early = await store.find(scope)
    expect(early?.state === 'running' && early.leaseMs > 0).toBe(true)
    await advance(2 * 86_400_000)
    expect(await store.find(scope)).toMatchObject({ state: 'unknown' })
  })

  check('lets nothing run again when its clock is set, either way, by less than a tombstone lasts', async (under) => {
    const { store, second, advance } = under
    const half = times.tombstoneTtlMs / 2
    for (const step of [half, -half]) {
      const [done, running] = [await claim(store, `done ${step}`), await claim(store, `running ${step}`)]
      await store.finish(`done ${step}`, done, binary)
      await advance(step)
      const seen = await second.claim(`done ${step}`, 'f1', leaseMs)
      expect(seen.state).toBe(step < 0 ? 'finished' : 'expired')
      expect((await second.claim(`running ${step}`, 'f1', leaseMs)).state).toBe(step < 0 ? 'running' : 'unknown')
      expect(await store.finish(`running ${step}`, running, binary)).toBe(step < 0)
      expect((await second.claim(`running ${step}`, 'f1', leaseMs)).state).toBe(step < 0 ? 'finished' : 'unknown')
      await advance(-step)
      for (const key of ['done', 'running']) {
        expect((await second.claim(`${key} ${step}`, 'f1', leaseMs)).state).not.toBe('claimed')
      }
    }
  })

  check('keeps an abandoned claim as unknown', async ({ store, second }) => {
    const attempt = await claim(store)
    expect(await store.abandon(scope, attempt)).toBe(true)
    expect(await store.abandon(scope, attempt)).toBe(false)
    expect(await store.finish(scope, attempt, other)).toBe(false)
    expect(await second.claim(scope, 'f1', leaseMs)).toEqual({ state: 'unknown', fingerprint: 'f1', attempt })
  })

  check('settles an unknown outcome with a reply, once', async ({ store, second, advance }) => {
    const attempt = await claim(store)
    expect(await second.settle(scope, attempt, other)).toBe(false)
    await advance(leaseMs)
    expect(await second.settle(scope, attempt + 1, other)).toBe(false)
    expect(await second.settle(scope, attempt, binary)).toBe(true)
    expect(await second.settle(scope, attempt, other)).toBe(false)
    expect(await second.settle(scope, attempt, undefined)).toBe(false)
    expect(await store.find(scope)).toEqual({ state: 'finished', fingerprint: 'f1', attempt, reply: binary })
  })

  check('settles an unknown outcome as nothing happened: a new attempt may run', async ({ store, second }) => {
    const attempt = await claim(store)
    await store.abandon(scope, attempt)
    expect(await second.settle(scope, attempt, undefined)).toBe(true)
    expect(await store.find(scope)).toBeUndefined()
    expect(await claim(store)).toBeGreaterThan(attempt)
  })

  check('overwrites no finished record', async ({ store }) => {
    const attempt = await claim(store)
    await store.finish(scope, attempt, binary)
    expect(await store.finish(scope, attempt, other)).toBe(false)
    expect(await store.release(scope, attempt)).toBe(false)
    expect(await store.abandon(scope, attempt)).toBe(false)
    expect(await store.settle(scope, attempt, other)).toBe(false)
    expect(await store.find(scope)).toMatchObject({ state: 'finished', reply: binary })
  })

  check(
    'drops an old response, keeps its tombstone, and frees the key after that',
    async ({ store, second, advance }) => {
      const attempt = await claim(store)
      await advance(500)
      await store.finish(scope, attempt, binary)
      await advance(times.responseTtlMs - 1)
      expect(await second.find(scope)).toMatchObject({ state: 'finished' })
      await advance(1)
      const expired = { state: 'expired', fingerprint: 'f1', attempt }
      expect(await second.find(scope)).toEqual(expired)
      expect(await second.claim(scope, 'f1', leaseMs)).toEqual(expired)
      expect(await store.finish(scope, attempt, other)).toBe(false)
      await advance(-5000)
      expect(await second.find(scope)).toEqual(expired)
      await advance(5000 + times.tombstoneTtlMs - times.responseTtlMs - 1)
      expect(await store.find(scope)).toEqual(expired)
      await advance(1)
      expect(await store.find(scope)).toBeUndefined()
      expect(await claim(store, scope, 'f2')).toBeGreaterThan(attempt)
    },
  )

  check('keeps the steps of a running and of an unknown attempt', async ({ store, second }) => {
    const attempt = await claim(store)
    expect(await store.findStep(scope, 'charge')).toBeUndefined()
    expect(await store.saveStep(scope, attempt, 'charge', Uint8Array.of(0xff, 0xfe))).toBe(true)
    expect(await store.saveStep(scope, attempt, 'receipt', new Uint8Array(0))).toBe(true)
    await store.abandon(scope, attempt)
    expect([...((await second.findStep(scope, 'charge')) ?? [])]).toEqual([0xff, 0xfe])
    expect((await second.findStep(scope, 'receipt'))?.length).toBe(0)
    expect(await store.findStep(scope, 'refund')).toBeUndefined()
  })

  check('forgets the steps of an attempt that was released, settled or finished', async ({ store }) => {
    const ends = [
      (attempt: number) => store.release(scope, attempt),
      async (attempt: number) => (await store.abandon(scope, attempt)) && store.settle(scope, attempt, undefined),
      (attempt: number) => store.finish(scope, attempt, binary),
    ]
    for (const end of ends) {
      const attempt = await claim(store)
      expect(await store.findStep(scope, 'charge')).toBeUndefined()
      await store.saveStep(scope, attempt, 'charge', Uint8Array.of(1))
      expect(await end(attempt)).toBe(true)
      expect(await store.findStep(scope, 'charge')).toBeUndefined()
    }
  })
}

async function claim(store: IdempotencyStore, key = scope, fingerprint = 'f1'): Promise<number> {
  const claimed = await store.claim(key, fingerprint, leaseMs)
  expect(claimed.state).toBe('claimed')
  return claimed.attempt
}
