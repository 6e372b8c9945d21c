import { expect, test } from 'vitest'
import type { MaybePromise, RecordedReply, TransactionEnd } from '../../packages/culpa/src/server/stores.ts'
import { binary } from './binary-reply.ts'
import { type IdempotencyStoreUnderTest, times } from './idempotency-store.suite.ts'

export interface TransactionalStoreUnderTest extends IdempotencyStoreUnderTest {
  /** Writes an effect of the business in the transaction. */
  write(tx: unknown, effect: string): MaybePromise<unknown>
  /** The effects that are committed. */
  effects(): MaybePromise<readonly string[]>
}

const claim = { scope: '["org_1","live","POST /v1/charges","k1"]', fingerprint: 'f1' }
const keep: TransactionEnd = { effects: 'keep', reply: binary }
const refusal: RecordedReply = { status: 402, headers: [], body: Uint8Array.of(0xff) }

/** The contract of `transact`. */
export function transactionalStoreSuite(name: string, open: () => MaybePromise<TransactionalStoreUnderTest>): void {
  function check(title: string, body: (under: TransactionalStoreUnderTest, run: Run) => Promise<void>): void {
    test(`${name}: ${title}`, async () => {
      const under = await open()
      try {
        await body(under, runner(under))
      } finally {
        await under.close?.()
      }
    })
  }

  check('commits effects and record together', async ({ second, effects }, run) => {
    expect(await run(claim, 'charge', () => keep)).toBeUndefined()
    expect(await effects()).toEqual(['charge'])
    expect(await second.find(claim.scope)).toMatchObject({ state: 'finished', fingerprint: 'f1', reply: binary })
  })

  check('tells what is there instead of running a taken scope', async ({ store, effects }, run) => {
    await run(claim, 'charge', () => keep)
    const taken = await run({ ...claim, fingerprint: 'f2' }, 'again', () => keep)
    expect(taken).toMatchObject({ state: 'finished', fingerprint: 'f1', reply: binary })
    const leased = await store.claim('leased', 'f3', 1000)
    expect(await run({ scope: 'leased', fingerprint: 'f3' }, 'again', () => keep)).toMatchObject({
      state: 'running',
      attempt: leased.attempt,
    })
    expect(await effects()).toEqual(['charge'])
    expect(await run({ ...claim, scope: 'free' }, 'next', () => keep)).toBeUndefined()
  })

  check('records a refusal without its effects', async ({ store, effects }, run) => {
    await run(claim, 'charge', () => ({ effects: 'record', reply: refusal }))
    expect(await effects()).toEqual([])
    expect(await store.find(claim.scope)).toMatchObject({ state: 'finished', reply: refusal })
  })

  check('leaves nothing of a discarded run, and a retry runs', async ({ store, effects }, run) => {
    await run(claim, 'charge', () => ({ effects: 'discard' }))
    expect(await effects()).toEqual([])
    expect(await store.find(claim.scope)).toBeUndefined()
    await run(claim, 'retry', () => keep)
    expect(await effects()).toEqual(['retry'])
  })

  check(
    'leaves nothing of a run that throws, passes the error on, and a retry runs',
    async ({ store, effects }, run) => {
      const thrown = new Error('out of stock')
      const failing = async () =>
        run(claim, 'charge', () => {
          throw thrown
        })
      await expect(failing()).rejects.toBe(thrown)
      expect(await effects()).toEqual([])
      expect(await store.find(claim.scope)).toBeUndefined()
      await run(claim, 'retry', () => keep)
      expect(await effects()).toEqual(['retry'])
    },
  )

  check('keeps no record without a claim, only the transaction', async ({ effects }, run) => {
    await run(undefined, 'first', () => keep)
    await run(undefined, 'second', () => ({ effects: 'discard' }))
    await run(undefined, 'third', () => ({ effects: 'record', reply: refusal }))
    await run(undefined, 'fourth', () => keep)
    expect(await effects()).toEqual(['first', 'fourth'])
  })

  check('never runs a key again whose response has expired, until its tombstone is over', async (under, run) => {
    const { advance, effects } = under
    await run(claim, 'charge', () => keep)
    await advance(times.responseTtlMs)
    expect(await run(claim, 'again', () => keep)).toMatchObject({ state: 'expired', fingerprint: 'f1' })
    await advance(times.tombstoneTtlMs - times.responseTtlMs)
    expect(await run(claim, 'anew', () => keep)).toBeUndefined()
    expect(await effects()).toEqual(['charge', 'anew'])
  })

  check('lets an unknown outcome stand in the way', async ({ store, advance, effects }, run) => {
    await store.claim(claim.scope, 'f1', 1000)
    await advance(1000)
    expect(await run(claim, 'again', () => keep)).toMatchObject({ state: 'unknown' })
    await advance(-1000)
    expect(await store.find(claim.scope)).toMatchObject({ state: 'unknown' })
    expect(await effects()).toEqual([])
  })
}

type Run = (asked: typeof claim | undefined, effect: string, end: () => TransactionEnd) => MaybePromise<unknown>

/** Writes the effect, then ends as told; with a promise only where writing needs one. */
function runner({ store, write }: TransactionalStoreUnderTest): Run {
  return (asked, effect, end) =>
    store.transact!(asked, (tx) => {
      const written = write(tx, effect)
      return written instanceof Promise ? written.then(end) : end()
    })
}
