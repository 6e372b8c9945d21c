import fc from 'fast-check'
import { expect, test } from 'vitest'
import { formatNames } from '../contract/profile.ts'
import { formats } from './index.ts'

const members = [
  'error',
  'errors',
  'message',
  'status',
  'type',
  'title',
  'detail',
  'details',
  'code',
  'source',
  'param',
]
const nested = ['pointer', 'meta', 'links', 'about', '@type', 'metadata', 'fieldViolations', 'retryDelay', 'value', '0']

const anything = fc.anything({
  ...{ withBigInt: true, withBoxedValues: true, withDate: true, withMap: true, withNullPrototype: true },
  ...{ withObjectString: true, withSet: true, withSparseArray: true, withTypedArray: true },
})

const throwing = Object.defineProperties(
  {},
  Object.fromEntries([...members, ...nested].map((key) => [key, { get: fail, enumerable: true }])),
)
const huge = new Proxy([], { get: (target, key) => (key === 'length' ? 1e15 : Reflect.get(target, key)) })
const trap = new Proxy({}, { get: fail })
const hostile: ReadonlyMap<unknown, unknown> = new Map<unknown, unknown>([
  ['getters that throw', throwing],
  ['object that traps', new Proxy({}, trap)],
  ['array that traps', new Proxy([], trap)],
  ['revoked', revoked()],
  ['revoked entry', [revoked()]],
  ['sparse', new Array(2 ** 32 - 1)],
  ['endless', huge],
  ['cycle', cycle()],
])

/** Envelopes with odd things in the right places. */
const { shaped } = fc.letrec<{ shaped: unknown; odd: unknown }>((tie) => ({
  odd: fc.oneof(
    ...[{ maxDepth: 4 }, fc.string(), fc.double(), fc.constantFrom(...hostile.keys()), fc.anything()],
    ...[tie('shaped'), fc.array(tie('odd'), { maxLength: 3 })],
  ),
  shaped: fc.dictionary(fc.constantFrom(...members, ...nested), tie('odd'), { noNullPrototype: true }),
}))

for (const name of formatNames) {
  const format = formats[name]

  test(`${name}: decode and recognises never throw, whatever the body`, () => {
    fc.assert(
      fc.property(fc.oneof(anything, fc.constantFrom(...hostile.keys()), shaped), (drawn) => {
        const body = armed(drawn)
        expect(Array.isArray(format.decode(body).problems)).toBe(true)
        expect(format.recognises(body)).toBeTypeOf('boolean')
      }),
      { numRuns: 1000 },
    )
  })

  test(`${name}: decodes only texts and numbers of the right kind`, () => {
    fc.assert(
      fc.property(shaped, (drawn) => {
        const body = armed(drawn)
        const decoded = format.decode(body)
        for (const problem of [decoded, ...decoded.problems]) {
          for (const key of ['code', 'type', 'message', 'param'] as const)
            if (key in problem) expect(problem[key]).toBeTypeOf('string')
        }
        if ('status' in decoded) expect(decoded.status).toBeGreaterThanOrEqual(100)
      }),
    )
  })

  test(`${name}: a body that tells nothing has no problems`, () => {
    const bodies = [
      undefined,
      null,
      '',
      'text',
      0,
      true,
      [],
      {},
      [{}],
      { error: null },
      { errors: [] },
      { errors: [{}] },
    ]
    for (const body of bodies) {
      expect(format.decode(body)).toEqual({ problems: [] })
      expect(format.recognises(body)).toBe(false)
    }
  })
}

test('a getter that throws costs only its own member', () => {
  const error = Object.defineProperty({ message: 'No.', charge: 'ch_1' }, 'trap', { get: fail, enumerable: true })
  expect(formats.stripe.decode({ error })).toMatchObject({ message: 'No.', details: { charge: 'ch_1' } })
})

test('no body has two formats', () => {
  fc.assert(
    fc.property(shaped, (drawn) => {
      const body = armed(drawn)
      expect(formatNames.filter((name) => formats[name].recognises(body)).length).toBeLessThanOrEqual(1)
    }),
  )
})

/** fast-check touches what it draws, so it draws names and the hostile things come in afterwards. */
function armed(drawn: unknown): unknown {
  if (hostile.has(drawn)) return hostile.get(drawn)
  if (Array.isArray(drawn)) return drawn.map(armed)
  if (typeof drawn !== 'object' || drawn === null || Object.getPrototypeOf(drawn) !== Object.prototype) return drawn
  return Object.fromEntries(Object.entries(drawn).map(([key, value]) => [key, armed(value)]))
}

function cycle(): unknown {
  const self: Record<string, unknown> = { message: 'x' }
  return Object.assign(self, { error: self, errors: [self], details: [self] })
}

function revoked(): unknown {
  const { proxy, revoke } = Proxy.revocable([], {})
  revoke()
  return proxy
}

function fail(): never {
  throw new Error('trap')
}
