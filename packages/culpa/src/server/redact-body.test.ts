import { expect, test } from 'vitest'
import { redactBody } from './redact-body.ts'

test('a body that nests without end is no danger to whoever logs it', () => {
  const deep = `${'['.repeat(100_000)}"token"${']'.repeat(100_000)}`
  expect(redactBody(deep, 'application/json', [])).toContain('[redacted]')
  const fields = `${'{"a":'.repeat(100_000)}"token"${'}'.repeat(100_000)}`
  expect(redactBody(fields, 'application/json', [])).toContain('[redacted]')
})

const json = 'application/json'
const form = 'application/x-www-form-urlencoded'

test.each([
  ['a name that comes twice', json, '{"password":"hunter2","password":""}'],
  ['the first of two values', json, '{"a":{"cvc":"hunter2"},"a":null}'],
  ['a name in escapes, twice', json, String.raw`{"pass\u0077ord":"hunter2","password":null}`],
  ['half a document', json, '{"cvc":"hunter2", "amount": '],
  ['half a document, its name in escapes', json, String.raw`{"pass\u0077ord":"hunter2",`],
  ['JSON in JSON', json, JSON.stringify({ data: JSON.stringify({ data: JSON.stringify({ cvc: 'hunter2' }) }) })],
  ['behind a byte order mark', json, '\ufeff{"pin":"hunter2"}'],
  ['lines of JSON', 'application/x-ndjson', '{"a":1}\n{"cvc":"hunter2"}'],
  ['an element', 'application/xml', '<card><number>1</number><c:cvc>hunter2</c:cvc></card>'],
  ['an attribute', 'application/xml', "<card cvc='hunter2'/>"],
  ['a form sent as text', 'text/plain', 'cvc=hunter2&a=b'],
  ['a name encoded twice', form, 'pass%2577ord=hunter2'],
  [
    'an address encoded twice',
    form,
    `next=${encodeURIComponent(encodeURIComponent('https://a.example/?cvc=hunter2'))}`,
  ],
  ['JSON in a field', form, `filter=${encodeURIComponent('{"cvc":"hunter2"}')}`],
])('a secret is struck out of a body: %s', (_, contentType, body) => {
  const clean = redactBody(body, contentType, [])
  expect(clean).toBeDefined()
  expect(clean).not.toContain('hunter2')
})

test('a secret is struck out of the part of a form that holds it, and the rest stays', () => {
  const part = (name: string, value: string) =>
    `--x\r\nContent-Disposition: form-data; name="${name}"\r\n\r\n${value}\r\n`
  const body = `${part('card[cvc]', 'hunter2\r\n--not the end')}${part('note', 'fine')}${part('data', '{"pin":"hunter2"}')}--x--\r\n`
  const clean = redactBody(body, 'multipart/form-data; boundary="x"', [])
  expect(clean).not.toContain('hunter2')
  expect(clean).not.toContain('not the end')
  expect(clean).toContain(part('note', 'fine'))
})

test('of half a document nothing is kept where a secret has no end', () => {
  expect(redactBody('{"password":["hunter2", "hunter3"', json, [])).toBeUndefined()
})
