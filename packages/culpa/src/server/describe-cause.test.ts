import fc from 'fast-check'
import { expect, test } from 'vitest'
import { defineContract } from '../contract/define-contract.ts'
import { createApi } from '../create-api.ts'
import { formatKey, randomKeyId, randomSecret } from '../guards/key-format.ts'
import { memoryLog, send } from '../guards/testing.suite.ts'
import { describeCause, redact } from './describe-cause.ts'
import { operationsFor } from './operations-for.ts'

const secret = 'Zx81Qp9LmN27Vb64Kd05Tr38Wy16Ue92'

function keyOf(prefix: string, environment: string): string {
  return formatKey({ prefix, environment, keyId: 'a1B2c3D4e5F6', secret })
}

test.each([
  ['a key', `refused ${keyOf('sk', 'live')} twice`],
  ['a key of a long environment', `refused ${keyOf('sk', 'development')}`],
  ['a key of one letter', `refused ${keyOf('k', 'test2')}`],
  ['a key inside a word', `id_${keyOf('sk', 'live')}_old`],
  ['a webhook secret', `whsec_${secret}`],
  ['a bearer credential', `authorization: Bearer ${secret}`],
  ['a basic credential', `authorization: Basic ${secret}==`],
  ['a password in a URL', `connect postgres://api:${secret}@db.internal:5432/api`],
  ['a password without a user', `connect redis://:${secret}@10.0.0.5:6379`],
  ['a password with a slash', `connect postgres://app:pa/${secret}@db.internal:5432/api`],
  ['a token as user of a URL', `clone https://${secret}@git.internal/api.git`],
  ['a password by its name', `login failed password=${secret} for app`],
  ['a password in JSON', `{"user":"app","Password": "my ${secret}"}`],
  ['a password in JSON in JSON', `"{\\"passwd\\":\\"${secret}\\"}"`],
  ['a password of a configuration', `pwd : '${secret}'`],
  ['a secret of the environment', `AWS_SECRET_ACCESS_KEY=${secret}/K7MDENG`],
  ['an API key of another system', `apiKey: ${secret}`],
  ['another scheme', `Authorization: Digest ${secret}`],
  ['a JSON web token', `for eyJ${secret}.eyJ${secret}.${secret}`],
  ['a key in a path', `/v1/keys/${keyOf('sk', 'live')}/rotate`],
  ['a key in a path, percent-encoded', `/v1/%20${keyOf('sk', 'live').replaceAll('_', '%5F')}`],
  ['a key behind many words', `a_b_c_d_e_f_g_${keyOf('sk', 'live')}`],
  ['a password with an at sign', `connect amqp://api:p@${secret}@mq/`],
])('%s is struck out of the log', (_name, text) => {
  expect(redact(text)).toContain('[redacted]')
  expect(redact(text)).not.toContain(secret.slice(0, 16))
})

test('what is no credential stays', () => {
  const text =
    'TypeError: card_declined at https://db.internal:5432/x (file:///app/src/charge.ts:10:5) user@example.com'
  expect(redact(text)).toBe(text)
})

test('a path of a package with a version in it stays', () => {
  const text = 'at run (file:///app/node_modules/.pnpm/zod@4.1.0/node_modules/@scope/x/index.js:10:5) token expected'
  expect(redact(text)).toBe(text)
})

test('redacting takes time in proportion to the length', () => {
  for (const piece of [
    'a',
    '_',
    'a_',
    'a_a',
    '//a:',
    '//',
    '@',
    'eyJ',
    'eyJ.',
    'eyJ-',
    'token',
    'token ',
    'token="',
    ' ',
  ]) {
    const started = performance.now()
    redact(piece.repeat(1_000_000 / piece.length))
    expect(performance.now() - started, piece).toBeLessThan(1000)
  }
})

test('the errors of an AggregateError are described, a few of them', () => {
  const errors = Array.from({ length: 1000 }, (_, index) => new Error(`inner ${index}`, { cause: `root ${index}` }))
  const text = describeCause(new AggregateError(errors, 'all failed'))
  for (const part of ['all failed', 'inner 0', 'root 0', 'inner 1']) expect(text).toContain(part)
  expect(text).toContain('1000 errors, the first 10 of them:')
  expect(text).not.toContain('inner 500')
  const deep = (depth: number): unknown =>
    new AggregateError(depth === 0 ? [] : Array.from({ length: 9 }, () => deep(depth - 1)))
  expect(describeCause(deep(5)).length).toBeLessThan(10_000)
})

test('a key that the end of the text cuts is struck out all the same', () => {
  const text = `${'x '.repeat(4090)}${keyOf('sk', 'live')}`
  expect(describeCause(text)).not.toContain(secret.slice(0, 4))
})

test('no secret that a handler throws reaches the log line', async () => {
  const { events, log } = memoryLog()
  const contract = defineContract({ docs: '/errors' })
  const key = formatKey({ prefix: 'sk', environment: 'live', keyId: randomKeyId(), secret: randomSecret() })
  const handler = () => {
    throw new Error(`key ${key}`, { cause: new Error(`url redis://:${secret}@host`) })
  }
  const api = createApi({ contract, operations: [operationsFor(contract)('GET /', { handler })], log })
  await send(api, `GET /?token=${secret}`, { key })
  const line = JSON.stringify(events)
  for (const part of [key.slice(-30), secret]) expect(line).not.toContain(part)
  expect(line).not.toContain('\n')
})

test('describeCause never throws and is bounded, whatever was thrown', () => {
  fc.assert(
    fc.property(fc.anything({ withNullPrototype: true, withBigInt: true }), (thrown) => {
      expect(describeCause(thrown).length).toBeLessThan(10_000)
    }),
  )
  expect(describeCause(new Error('x'.repeat(100_000))).length).toBeLessThan(10_000)
})

test('an error of the contract is described by its code', () => {
  const { errors } = defineContract({ docs: '/errors', errors: { odd_code: { status: 409, message: 'Odd.' } } })
  expect(describeCause(errors.odd_code({ cause: 'the root' }))).toBe(
    'ApiError odd_code: Odd.\ncaused by string: the root',
  )
})
