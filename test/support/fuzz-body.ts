import fc from 'fast-check'
import { anyText } from './fuzz-target.ts'
import type { WireRequest } from './wire.ts'

/** Instruments with which the processor fails on purpose, and the one that meets the planted bug. */
const failing = ['processorNonsense', 'processorDown', 'processorIncomplete', 'networkDown']

/** True for a request that may be answered with a 5xx: it names an instrument that asks for one. */
export function asksForFailure({ body }: WireRequest): boolean {
  if (body === null || body === undefined) return false
  const text = typeof body === 'string' ? body : Buffer.from(body).toString('latin1')
  return failing.some((one) => text.includes(one))
}

const anyValue = fc.oneof(
  fc.constantFrom(
    'tok_visa',
    'vou_approved',
    'tok_chargeDeclined',
    'usd',
    'eur',
    'ada@example.com',
    'cgcus_ada',
    'prj_1',
  ),
  { weight: 1, arbitrary: fc.constantFrom(...failing).map((name) => `tok_${name}`) },
  fc.constantFrom(2000, 0, -1, 1.5, 1e21, 2 ** 53, -0, Number.MAX_VALUE),
  fc.constantFrom('', ' ', '__proto__', '\u0000', '\ud800', '4242424242424242', '9'.repeat(400), 'x'.repeat(5000)),
  anyText,
  fc.jsonValue({ maxDepth: 3 }),
)

const names = [
  ...[
    'amount',
    'currency',
    'source',
    'email',
    'customer',
    'voucher',
    'prospect',
    'projectId',
    'ciBuildId',
    'id',
    'charge',
  ],
  ...[
    'instrument',
    'reference',
    'description',
    'name',
    'metadata',
    'expand',
    'version',
    'hidden',
    'branch',
    'paymentSource',
  ],
] as const

export const anyFields = fc
  .record(Object.fromEntries(names.map((name) => [name, anyValue])), { requiredKeys: [] })
  .chain((wrong) =>
    fc.record({
      right: fc.boolean(),
      wrong: fc.constant(wrong),
      extra: fc.oneof({ weight: 4, arbitrary: fc.constant({}) }, fc.dictionary(anyText, anyValue, { maxKeys: 3 })),
      keep: fc.subarray([...names], { maxLength: 4 }),
    }),
  )
  .map(({ right, wrong, extra, keep }) => {
    const kept = Object.fromEntries(Object.entries(wrong).filter(([name]) => !right || keep.includes(name as 'id')))
    return { ...(right && rightFields), ...kept, ...extra } as Record<string, unknown>
  })

/** Enough for some operations of every system; what is too much elsewhere is refused by name. */
const rightFields = { amount: 2000, currency: 'usd', source: 'tok_visa' }

/** What may happen to a body on its way. */
export const anyCut: fc.Arbitrary<(text: string) => string> = fc.oneof(
  { weight: 6, arbitrary: fc.constant((text: string) => text) },
  fc.nat(60).map((length) => (text: string) => text.slice(0, length)),
  fc.tuple(fc.nat(60), fc.string({ minLength: 1, maxLength: 3 })).map(
    ([at, more]) =>
      (text: string) =>
        text.slice(0, at) + more + text.slice(at),
  ),
  fc.constantFrom(
    (text: string) => text.replace('{', '{"__proto__":{"admin":true},'),
    (text: string) => text.replace('{', '{"amount":1,"amount":2,'),
    (text: string) => `\ufeff${text}`,
    (text: string) => `${text}${text}`,
    (text: string) => text.replace(/2000/, `1${'0'.repeat(400)}`),
  ),
)

export const anyBody: fc.Arbitrary<string | Uint8Array | null> = fc.oneof(
  fc.constant(null),
  fc.constant(''),
  fc.json({ maxDepth: 4 }),
  fc.uint8Array({ maxLength: 200 }),
  fc.integer({ min: 1, max: 3000 }).map((depth) => '['.repeat(depth) + ']'.repeat(depth)),
  fc.integer({ min: 1, max: 3000 }).map((depth) => `{"a":`.repeat(depth)),
  fc.integer({ min: 1, max: 400 }).map((count) => `a${'[b]'.repeat(count)}=1`),
  fc.constantFrom(
    'a=1&a=2',
    'a[0]=1&a[2]=2',
    'a[]=1&a[]=2',
    'constructor[prototype][x]=1',
    '%',
    'a=%ff',
    '=',
    '&',
    'null',
  ),
  fc.constantFrom('x'.repeat(70_000), '"', '{"a":1e999999}', '[1,]', 'NaN', '{"a":"\\ud800"}', '0'),
)
