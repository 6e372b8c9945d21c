import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { documentedSystem, documentedSystems } from '../support/documented.ts'
import { leaksOf } from '../support/leaks.ts'
import { type LiveSandbox, openSandbox } from '../support/live-sandbox.ts'
import { refusalProblems } from '../support/refusal.ts'
import { exchangeBytes, parseAnswers } from '../support/wire.ts'

let sandbox: LiveSandbox

beforeAll(async () => {
  sandbox = await openSandbox()
})
afterAll(() => sandbox?.close())

const host = 'Host: localhost\r\n'
const long = (count: number) => 'x'.repeat(count)

/** What is wrong, the request up to its blank line, and the code that says so. */
const broken: readonly [string, (path: string) => string, string][] = [
  ['a fragment in the target', (path) => `GET ${path}#part HTTP/1.1\r\n${host}`, 'request_malformed'],
  ['a method nobody knows', (path) => `BREW ${path} HTTP/1.1\r\n${host}`, 'method_not_allowed'],
  ['a method in lower case', (path) => `get ${path} HTTP/1.1\r\n${host}`, 'method_not_allowed'],
  ['no Host', (path) => `GET ${path} HTTP/1.1\r\n`, 'request_malformed'],
  ['two Hosts', (path) => `GET ${path} HTTP/1.1\r\n${host}${host}`, 'request_malformed'],
  ['a Host that is none', (path) => `GET ${path} HTTP/1.1\r\nHost: a b\r\n`, 'request_malformed'],
  ['a header without a colon', (path) => `GET ${path} HTTP/1.1\r\n${host}nonsense\r\n`, 'request_malformed'],
  ['a header with a NUL', (path) => `GET ${path} HTTP/1.1\r\n${host}X-A: \0\r\n`, 'request_malformed'],
  ['a length that is none', (path) => `POST ${path} HTTP/1.1\r\n${host}Content-Length: x\r\n`, 'request_malformed'],
  [
    'two lengths',
    (path) => `POST ${path} HTTP/1.1\r\n${host}Content-Length: 1\r\nContent-Length: 2\r\n`,
    'request_malformed',
  ],
  [
    'a length beside chunks',
    (path) => `POST ${path} HTTP/1.1\r\n${host}Transfer-Encoding: chunked\r\nContent-Length: 1\r\n`,
    'request_malformed',
  ],
  ['a version that is none', (path) => `GET ${path} HTTP/3.7\r\n${host}`, 'request_malformed'],
  ['a header too long', (path) => `GET ${path} HTTP/1.1\r\n${host}X-A: ${long(17_000)}\r\n`, 'headers_too_large'],
  ['a target too long', (path) => `GET ${path}?${long(9_000)} HTTP/1.1\r\n${host}`, 'target_too_long'],
  ['a target far too long', (path) => `GET ${path}?${long(40_000)} HTTP/1.1\r\n${host}`, 'target_too_long'],
  [
    'a body announced as too large',
    (path) => `POST ${path} HTTP/1.1\r\n${host}Content-Length: 9999999\r\n`,
    'body_too_large',
  ],
  ['another expectation', (path) => `POST ${path} HTTP/1.1\r\n${host}Expect: miracles\r\n`, 'expectation_failed'],
]

describe.each(documentedSystems)('$name', ({ name }) => {
  const listPath = () =>
    sandbox
      .system(name)
      .operations.map(({ operation }) => /^POST ([^:]+)$/.exec(operation)?.[1])
      .find((path) => path !== undefined) ?? ''

  test.each(broken)('%s is refused in the envelope of the system it was sent to', async (_, write, code) => {
    const received = await exchangeBytes(sandbox.port, `${write(listPath())}Connection: close\r\n\r\n`)
    const answers = parseAnswers(received)
    expect(answers).toHaveLength(1)
    const [answer] = answers
    expect(refusalProblems(documentedSystem(name), answer!), answer?.body).toEqual([])
    expect(answer?.headers['error-code']).toBe(code)
    expect(leaksOf(answer!, sandbox.secrets)).toEqual([])
  })
})
