import fc from 'fast-check'
import type { DescribedSystem } from './live-sandbox.ts'

/** Every visible character of ASCII that may stand in a request line. */
export const visible = Array.from({ length: 94 }, (_, index) => String.fromCharCode(33 + index))

export const anyText = fc.oneof(fc.string({ maxLength: 20 }), fc.string({ unit: 'binary', maxLength: 12 }))

export const anyMethod = fc.oneof(
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

export const anyId = fc.oneof(
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

export const anyQuery = fc.oneof(
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

/** Paths and whole targets of every form, right ones and wrong. */
export function anyTarget({ base, operations }: DescribedSystem): fc.Arbitrary<string> {
  const list =
    operations.map(({ operation }) => operation.split(' ')[1] ?? '/').find((path) => !path.includes(':')) ?? base
  return fc.oneof(
    fc.constantFrom(
      base,
      `${base}x`,
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
