import fc from 'fast-check'
import { visible } from './fuzz-target.ts'
import type { DescribedSystem } from './live-sandbox.ts'

/** Headers that HTTP allows, for good or ill. */
export function anyHeaders({ keys }: DescribedSystem): fc.Arbitrary<Record<string, string>> {
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
