import { expect, test } from 'vitest'
import type { IdempotencyInspection, IdempotencyStore, MaybePromise } from '../../packages/culpa/src/server/stores.ts'
import { binary } from './binary-reply.ts'

export interface InspectionUnderTest {
  readonly store: IdempotencyStore & IdempotencyInspection
  readonly second: IdempotencyStore & IdempotencyInspection
  advance(ms: number): MaybePromise<void>
  close?(): MaybePromise<void>
}

const leaseMs = 1000
const all = ['running', 'finished', 'unknown', 'expired'] as const

/** What a store tells whoever operates the API. */
export function inspectionSuite(name: string, open: () => MaybePromise<InspectionUnderTest>): void {
  async function use(body: (under: InspectionUnderTest) => Promise<void>): Promise<void> {
    const under = await open()
    await body(under).finally(() => under.close?.())
  }

  async function claim(store: IdempotencyStore, scope: string): Promise<number> {
    return (await store.claim(scope, 'f', leaseMs)).attempt
  }

  test(`${name}: lists records by state, in the order of their attempts, with the steps that are recorded`, () =>
    use(async ({ store, second, advance }) => {
      const lapsed = await claim(store, 'lapsed')
      const abandoned = await claim(store, 'abandoned')
      await store.saveStep('abandoned', abandoned, 'pay', Uint8Array.of(1))
      await store.saveStep('abandoned', abandoned, 'step:é', Uint8Array.of(1))
      await store.abandon('abandoned', abandoned)
      await advance(leaseMs)
      const running = await claim(store, 'running')
      const finished = await claim(store, '["tenant","a \\"quote\\" and é"]')
      await store.finish('["tenant","a \\"quote\\" and é"]', finished, binary)

      const told = async (states: readonly (typeof all)[number][]) =>
        (await second.list({ states, limit: 10 })).map(({ scope, attempt, state }) => [scope, attempt, state])
      expect(await told(['unknown'])).toEqual([
        ['lapsed', lapsed, 'unknown'],
        ['abandoned', abandoned, 'unknown'],
      ])
      expect(await told(['running', 'finished'])).toEqual([
        ['running', running, 'running'],
        ['["tenant","a \\"quote\\" and é"]', finished, 'finished'],
      ])
      expect(await told(all)).toHaveLength(4)
      const [, one] = await second.list({ states: ['unknown'], limit: 10 })
      expect([...(one?.steps ?? [])].sort()).toEqual(['pay', 'step:é'])
      expect(one?.claimedAt).toBeGreaterThan(1_500_000_000_000)
    }))

  test(`${name}: lists page by page, and one attempt alone`, () =>
    use(async ({ store }) => {
      const attempts: number[] = []
      for (let key = 0; key < 5; key++) attempts.push(await claim(store, `k${key}`))
      const first = await store.list({ states: all, limit: 3 })
      const rest = await store.list({ states: all, limit: 3, after: first.at(-1)?.attempt ?? 0 })
      expect([...first, ...rest].map(({ attempt }) => attempt)).toEqual(attempts)
      expect(await store.list({ states: all, limit: 3, attempt: attempts[2] as number })).toMatchObject([
        { scope: 'k2', attempt: attempts[2] },
      ])
      expect(await store.list({ states: ['finished'], limit: 3, attempt: attempts[2] as number })).toEqual([])
    }))
}
