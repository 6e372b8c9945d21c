import fc from 'fast-check'
import type { DescribedSystem } from './live-sandbox.ts'
import type { WireRequest } from './wire.ts'

/** Instruments with which the processor fails on purpose, and the one that meets the planted bug. */
const failing = ['processorNonsense', 'processorDown', 'processorIncomplete', 'networkDown']

/** True for a request that may be answered with a 5xx: it names an instrument that asks for one. */
export function asksForFailure({ body }: WireRequest): boolean {
  if (body === null || body === undefined) return false
  const text = typeof body === 'string' ? body : Buffer.from(body).toString('latin1')
  return failing.some((one) => text.includes(one))
}

/** Any request to a system: from almost right to hardly a request. Every one is whole, so that it must be answered. */
export function anyRequest(system: DescribedSystem): fc.Arbitrary<WireRequest> {
  return fc
    .record({
      routed: fc.oneof(routedRequest(system), describedRequest(system)),
      method: anyMethod,
      target: anyTarget(system),
      headers: anyHeaders(system),
      body: anyBody,
    })
    .chain(({ routed, ...free }) =>
      fc.record({
        method: fc.oneof({ weight: 6, arbitrary: fc.constant(routed.method) }, fc.constant(free.method)),
        path: fc.oneof({ weight: 4, arbitrary: fc.constant(routed.path) }, fc.constant(free.target)),
        headers: fc.constant({ ...routed.headers, ...free.headers }),
        body: fc.oneof({ weight: 4, arbitrary: fc.constant(routed.body ?? null) }, fc.constant(free.body)),
      }),
    )
}

/** An operation of the system, called with ids, queries and fields that are right or nearly so. */
function routedRequest(system: DescribedSystem): fc.Arbitrary<WireRequest> {
  const { full = '' } = system.keys
  const type = system.name === 'stripe' ? 'application/x-www-form-urlencoded' : 'application/json'
  const write = system.name === 'stripe' ? toForm : (fields: object) => JSON.stringify(fields)
  return fc
    .record({
      operation: fc.constantFrom(...system.operations),
      id: anyId,
      query: anyQuery,
      fields: anyFields,
      cut: anyCut,
    })
    .map(({ operation, id, query, fields, cut }) => {
      const [method = 'GET', template = '/'] = operation.operation.split(' ')
      const body = method === 'GET' ? null : cut(write(fields))
      return {
        method,
        path: `${template.replace(/:\w+/g, id)}${query}`,
        headers: { authorization: `Bearer ${full}`, ...(body !== null && { 'content-type': type }) },
        body,
      }
    })
}

/** Fields as Stripe's clients write them: `a=1`, `a[b]=1`, `a[0]=1`. */
function toForm(fields: object): string {
  return pairsOf(fields, '')
    .map(([name, value]) => `${encodeURIComponent(name)}=${encodeURIComponent(value)}`)
    .join('&')
}

function pairsOf(value: unknown, name: string): [string, string][] {
  if (typeof value !== 'object' || value === null) return [[name.toWellFormed(), String(value).toWellFormed()]]
  return Object.entries(value).flatMap(([key, one]) => pairsOf(one, name === '' ? key : `${name}[${key}]`))
}

/** A request that the system describes for its triggers, as it is or with a body that met something on its way. */
function describedRequest({ base, triggers }: DescribedSystem): fc.Arbitrary<WireRequest> {
  const steps = triggers
    .flatMap(({ steps: own = [] }) => own)
    .filter(({ raw, path }) => raw === undefined && path.startsWith(`${base}/`))
    .filter((step) => !/processor(Silent|Late|Slow)|\{\{pad/.test(JSON.stringify(step)))
  return fc.record({ step: fc.constantFrom(...steps), unique: fc.uuid(), cut: anyCut }).map(({ step, unique, cut }) => {
    const { method, path, headers, body } = JSON.parse(
      JSON.stringify(step).replaceAll('{{unique}}', unique),
    ) as WireRequest
    return { method, path, headers: { ...headers }, body: typeof body === 'string' ? cut(body) : null }
  })
}

const anyMethod = fc.oneof(
  fc.constantFrom(
    'GET',
    'POST',
    'PUT',
    'PATCH',
    'DELETE',
    'HEAD',
    'OPTIONS',
    'TRACE',
    'PROPFIND',
    'LINK',
    'PURGE',
    'QUERY',
  ),
  fc.constantFrom('get', 'Post', 'FOO', 'M-SEARCH', 'BREW', 'GETT', 'G', "!#$%&'*+-.^_`|~", 'CONNECT'),
)

const anyText = fc.oneof(fc.string({ maxLength: 20 }), fc.string({ unit: 'binary', maxLength: 12 }))

const anyId = fc.oneof(
  fc.constantFrom('cus_deleted', 'ch_refunded', 'pro_hidden', 'pay_locked', 'prj_1', 'run_finished'),
  fc.constantFrom(
    'nobody',
    '.',
    '..',
    '%2e%2e',
    '%2F',
    '%00',
    '%ff',
    '%',
    '__proto__',
    'constructor',
    '*',
    ':id',
    '-1',
  ),
  fc.constantFrom('search', 'daily', 'NaN', '9007199254740993', "x'--", '%F0%9F%92%A9', 'a%0d%0ab', ''),
  anyText.map((text) => encodeURIComponent(text.toWellFormed())),
)

const anyQuery = fc.oneof(
  { weight: 3, arbitrary: fc.constant('') },
  fc.constantFrom(
    '?',
    '?limit=1',
    '?limit=0',
    '?limit=1e3',
    '?limit=',
    '?limit=1&limit=2',
    '?limit[]=1',
    '?limit[a][b]=1',
  ),
  fc.constantFrom(
    '?starting_after=nobody',
    '?starting_after=',
    '?starting_after[__proto__]=1',
    '?__proto__[a]=1',
    '?a[=1',
  ),
  fc.constantFrom(
    '?from=2026-01-01&to=2026-01-02',
    '?from=0000-00-00&to=9999-99-99',
    '?email=%FF',
    '?key=x',
    '?=',
    '?&&&',
  ),
  anyText.map((text) => `?${encodeURIComponent(text.toWellFormed())}=1`),
)

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

const anyFields = fc
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
const anyCut: fc.Arbitrary<(text: string) => string> = fc.oneof(
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

const anyBody: fc.Arbitrary<string | Uint8Array | null> = fc.oneof(
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

/** Paths and whole targets of every form, right ones and wrong. */
function anyTarget({ base, operations }: DescribedSystem): fc.Arbitrary<string> {
  const list =
    operations.map(({ operation }) => operation.split(' ')[1] ?? '/').find((path) => !path.includes(':')) ?? base
  return fc.oneof(
    fc.constantFrom(
      base,
      `${base}/`,
      `${list}/`,
      `/${list}`,
      `//elsewhere${list}`,
      `${list}//`,
      `${list}/..`,
      `${base}/../v1/customers`,
    ),
    fc.constantFrom(
      `${list}%2f`,
      `${list}/%2e%2e/x`,
      `${base.toUpperCase()}/x`,
      `${list};a=b`,
      `${list}.json`,
      `${list}%00`,
      `${list}?`,
    ),
    fc.constantFrom(
      `http://localhost${list}`,
      `http://elsewhere.example${list}`,
      `https://a:b@c${list}`,
      `http://${list}`,
      '*',
      '/',
      '/*',
    ),
    fc.constantFrom(
      '/sandbox.json',
      '/livez',
      '/favicon.ico',
      `/stripe/errors/${'x'.repeat(50)}`,
      `${list}/${'x'.repeat(8000)}`,
      `${list}?${'y'.repeat(12_000)}`,
    ),
    anyText.map((text) => `${list}/${encodeURIComponent(text.toWellFormed())}`),
    fc
      .array(anyText, { maxLength: 6 })
      .map((parts) => `${base}/${parts.map((one) => encodeURIComponent(one.toWellFormed())).join('/')}`),
    fc.string({ unit: fc.constantFrom(...visible), maxLength: 40 }).map((text) => `${base}/${text}`),
  )
}

/** Every visible character of ASCII that may stand in a request line. */
const visible = Array.from({ length: 94 }, (_, index) => String.fromCharCode(33 + index))

/** Headers that HTTP allows, for good or ill. */
function anyHeaders({ keys }: DescribedSystem): fc.Arbitrary<Record<string, string>> {
  const all = Object.values(keys)
  const basic = (text: string) => `Basic ${Buffer.from(text).toString('base64')}`
  const value = fc.string({ unit: fc.constantFrom(' ', '\t', ...visible), maxLength: 40 }).map((text) => text.trim())
  const authorization = fc.oneof(
    fc.constantFrom(...all).map((key) => `Bearer ${key}`),
    fc.constantFrom(...all).map((key) => basic(`${key}:`)),
    fc.constantFrom(
      '',
      'Bearer',
      'Bearer ',
      'Basic',
      'Basic !!!',
      basic(':'),
      basic('\u0000'),
      `Bearer ${'x'.repeat(3000)}`,
    ),
    fc.constantFrom(...all).chain((key) => fc.nat(key.length).map((at) => `Bearer ${key.slice(0, at)}`)),
    value,
  )
  const optional = <Value>(arbitrary: fc.Arbitrary<Value>) =>
    fc.oneof({ weight: 12, arbitrary: fc.constant(undefined) }, { weight: 1, arbitrary })
  return fc
    .record({
      authorization: optional(authorization),
      'x-api-key': optional(fc.oneof(fc.constantFrom(...all), value)),
      'content-type': optional(
        fc.oneof(
          fc.constantFrom(
            'application/json',
            'application/x-www-form-urlencoded',
            'text/plain',
            'multipart/form-data; boundary=x',
          ),
          fc.constantFrom(
            'application/json; charset=utf-16',
            'application/json;charset="utf-8"',
            'application/JSON',
            '',
            ';',
            'a/b;c',
          ),
          value,
        ),
      ),
      'content-encoding': optional(fc.constantFrom('gzip', 'identity', 'br', '', 'x')),
      accept: optional(
        fc.oneof(fc.constantFrom('*/*', 'text/html', '*/*;q=0', 'application/json;q=0.001', ',', ';q=', ''), value),
      ),
      'accept-encoding': optional(fc.constantFrom('gzip', 'identity;q=0', '*;q=0')),
      'idempotency-key': optional(
        fc.oneof(
          fc.constantFrom('a', 'b', '"a"', '', 'two words', 'x'.repeat(256), '"', 'sandbox-expired-answer'),
          value,
        ),
      ),
      'if-match': optional(fc.oneof(fc.constantFrom('*', '"1"', 'W/"1"', '"', '1,2', ''), value)),
      'x-time-zone': optional(fc.oneof(fc.constantFrom('UTC', 'Europe/Berlin', '__proto__', ''), value)),
      expect: optional(fc.constantFrom('100-continue', 'miracles')),
      origin: optional(fc.constantFrom('https://app.example', 'null', '')),
      'access-control-request-method': optional(fc.constantFrom('POST', 'FOO', '')),
      'x-junk': optional(fc.oneof(value, fc.constant('x'.repeat(17_000)))),
      'x-forwarded-for': optional(fc.constantFrom('1.2.3.4', 'x', '::1, ::1')),
      'transfer-encoding': optional(fc.constant('chunked')),
      'x-http-method-override': optional(fc.constant('DELETE')),
    })
    .map(
      (headers) =>
        Object.fromEntries(Object.entries(headers).filter(([, one]) => one !== undefined)) as Record<string, string>,
    )
}
