import fc from 'fast-check'
import { expect, test } from 'vitest'
import type { IdempotencyRecord, RecordedReply } from '../../packages/culpa/src/server/stores.ts'
import { memoryIdempotency } from '../../packages/culpa/src/stores/memory.ts'

const responseTtlMs = 40
const tombstoneTtlMs = 200
const leaseMs = 30

/** One of each kind: in one byte a character, in two, with half a pair of surrogates; too long to lie among others. */
const scopes = [
  ...Array.from({ length: 24 }, (_, number) => `["org_1","live","POST /orders","k${number}"]`),
  ...['é', '漢字', '\ud800', '\ud801', '\ufffd', '', '\0', '__proto__', `${'s'.repeat(9000)}1`, `${'s'.repeat(9000)}2`],
]

const headers = fc.constantFrom<RecordedReply['headers']>(
  [],
  [['content-type', 'application/json']],
  [
    ['content-type', 'application/json'],
    ['location', '/orders/é漢\ud800'],
  ],
  [['link', 'x'.repeat(2000)]],
)
const reply = fc.record({
  status: fc.constantFrom(200, 201, 204, 402, 65_535),
  headers,
  body: fc.tuple(fc.constantFrom(0, 1, 45, 3000, 7900, 8192, 70_000), fc.nat(255)).map(([length, byte]) => {
    return new Uint8Array(length).fill(byte)
  }),
})
const kinds = ['claim', 'claim', 'finish', 'finish', 'release', 'abandon', 'settle', 'dismiss', 'save'] as const
const steps = fc.array(
  fc.record({
    kind: fc.constantFrom(...kinds),
    scope: fc.constantFrom(...scopes),
    /** How many attempts ago the one was whose number is given. */
    late: fc.constantFrom(0, 0, 0, 0, 1),
    reply,
    pass: fc.constantFrom(0, 0, 0, 1, 5, leaseMs, responseTtlMs, tombstoneTtlMs / 3),
  }),
  { minLength: 1, maxLength: 400, size: 'max' },
)

interface Known {
  readonly fingerprint: string
  readonly attempt: number
  state: IdempotencyRecord['state']
  at: number
  reply?: RecordedReply
  step?: number
}

/** What the store should know, in the plainest form. */
function model() {
  const all = new Map<string, Known>()

  function find(scope: string, time: number): Known | undefined {
    const known = all.get(scope)
    if (known === undefined || known.state === 'unknown') return known
    const passed = time - known.at
    if (known.state === 'running') known.state = passed >= 0 ? 'unknown' : 'running'
    else if (passed >= tombstoneTtlMs) all.delete(scope)
    else if (passed >= responseTtlMs) known.state = 'expired'
    return all.get(scope)
  }

  function told(scope: string, time: number): IdempotencyRecord | undefined {
    const known = find(scope, time)
    if (known === undefined) return undefined
    const { state, fingerprint, attempt } = known
    if (state === 'running') return { state, fingerprint, attempt, leaseMs: known.at - time }
    return state === 'finished' ? { state, fingerprint, attempt, reply: known.reply! } : { state, fingerprint, attempt }
  }

  return { all, find, told }
}

test('tells what a plain map would, through any run of operations', { timeout: 120_000 }, () => {
  fc.assert(
    fc.property(steps, (list) => {
      let time = 1_700_000_000_000.25
      const store = memoryIdempotency({ now: () => time, responseTtlMs, tombstoneTtlMs })
      const { all, find, told } = model()
      let lastAttempt = 0
      for (const { kind, scope, late, reply, pass } of list) {
        time += pass
        const known = find(scope, time)
        const attempt = (known?.attempt ?? lastAttempt) - late
        const owns = (state: Known['state']) => known?.attempt === attempt && known.state === state
        const record = () => Object.assign(known!, { state: 'finished', at: time, reply, step: undefined })
        if (kind === 'claim') {
          const claimed = store.claim(scope, `f é ${time}`, leaseMs)
          if (known !== undefined) expect(claimed).toEqual(told(scope, time))
          else {
            lastAttempt += 1
            expect(claimed).toEqual({ state: 'claimed', attempt: lastAttempt })
            all.set(scope, {
              fingerprint: `f é ${time}`,
              attempt: lastAttempt,
              state: 'running',
              at: time + leaseMs,
            })
          }
        } else if (kind === 'finish') {
          expect(store.finish(scope, attempt, reply)).toBe(owns('running'))
          if (owns('running')) record()
        } else if (kind === 'release') {
          expect(store.release(scope, attempt)).toBe(owns('running'))
          if (owns('running')) all.delete(scope)
        } else if (kind === 'abandon') {
          expect(store.abandon(scope, attempt)).toBe(owns('running'))
          if (owns('running')) known!.state = 'unknown'
        } else if (kind === 'settle') {
          expect(store.settle(scope, attempt, reply)).toBe(owns('unknown'))
          if (owns('unknown')) record()
        } else if (kind === 'dismiss') {
          expect(store.settle(scope, attempt, undefined)).toBe(owns('unknown'))
          if (owns('unknown')) all.delete(scope)
        } else {
          expect(store.saveStep(scope, attempt, 'step', Uint8Array.of(attempt))).toBe(owns('running'))
          if (owns('running')) known!.step = attempt % 256
        }
        const step = find(scope, time)?.step
        expect(store.findStep(scope, 'step')).toEqual(step === undefined ? undefined : Uint8Array.of(step))
      }
      for (const scope of scopes) expect(store.find(scope)).toEqual(told(scope, time))
      expect(store.size).toBe(all.size)
    }),
    { numRuns: 150 },
  )
})
