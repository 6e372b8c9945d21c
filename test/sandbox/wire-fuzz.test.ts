import fc from 'fast-check'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { documentedSystems } from '../support/documented.ts'
import { failureProblems } from '../support/fuzz-verdict.ts'
import { leaksOf } from '../support/leaks.ts'
import { type LiveSandbox, openSandbox, undeclaredFailures } from '../support/live-sandbox.ts'
import { inParallel } from '../support/run-steps.ts'
import { exchangeBytes, parseAnswers } from '../support/wire.ts'

let sandbox: LiveSandbox
let declared: ReadonlyMap<string, ReadonlySet<string>>

beforeAll(async () => {
  sandbox = await openSandbox()
  declared = new Map(
    sandbox.systems.map(({ name, triggers }) => [
      name,
      new Set(triggers.map(({ status, code }) => `${status} ${code}`)),
    ]),
  )
})
afterAll(() => sandbox?.close())

/** Requests that are right, of several shapes. */
const seeds = documentedSystems.flatMap(({ base }) => [
  `GET ${base}/x?limit=1 HTTP/1.1\r\nHost: localhost\r\nAccept: */*\r\n\r\n`,
  `POST ${base}/x HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\nContent-Length: 13\r\n\r\n{"amount":20}`,
  `POST ${base}/x HTTP/1.1\r\nHost: localhost\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nhello\r\n0\r\n\r\n`,
  `DELETE ${base}/x HTTP/1.0\r\nHost: localhost\r\nConnection: keep-alive\r\n\r\n`,
])

/** Pieces that parsers trip over. */
const pieces = [
  ...['\r', '\n', '\r\n', '\r\n\r\n', '\n\n', '\0', ' ', '\t', ':', ',', ';', '"', '\x7f', '\x80', '\xff', '\u2028'],
  ...[
    'Content-Length: 5\r\n',
    'Content-Length: -1\r\n',
    'Content-Length: 1e3\r\n',
    'Content-Length: 99999999999999999999\r\n',
  ],
  ...['Transfer-Encoding: chunked\r\n', 'Transfer-Encoding: gzip, chunked\r\n', 'Transfer-Encoding : chunked\r\n'],
  ...[
    'Host: elsewhere\r\n',
    'Host: a b\r\n',
    'Expect: 100-continue\r\n',
    'Upgrade: websocket\r\nConnection: Upgrade\r\n',
  ],
  ...[
    'HTTP/1.1',
    'HTTP/2.0',
    'HTTP/0.9',
    'PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n',
    'GET',
    '*',
    '//',
    '/../',
    '%00',
    ' folded\r\n',
  ],
  ...[
    'ffffffffffffffff\r\n',
    '5;ext=1\r\n',
    'X-Name: value\r\n',
    'Idempotency-Key: a\r\nIdempotency-Key: b\r\n',
    '\x16\x03\x01\x02',
  ],
].map((text) => Buffer.from(text, 'latin1'))

const change = fc.record({
  at: fc.double({ min: 0, max: 1, noNaN: true }),
  drop: fc.oneof(fc.constant(0), fc.nat(8)),
  insert: fc.oneof(
    fc.constantFrom(...pieces),
    fc.uint8Array({ maxLength: 12 }).map((bytes) => Buffer.from(bytes)),
  ),
})

const mutated = fc
  .record({
    whole: fc
      .array(fc.constantFrom(...seeds), { minLength: 1, maxLength: 3 })
      .map((list) => Buffer.from(list.join(''), 'latin1')),
    changes: fc.array(change, { minLength: 1, maxLength: 4 }),
    end: fc.oneof({ weight: 4, arbitrary: fc.constant(1) }, fc.double({ min: 0, max: 1, noNaN: true })),
  })
  .map(({ whole, changes, end }) => {
    const changed = changes.reduce((bytes, { at, drop, insert }) => {
      const place = Math.floor(at * bytes.length)
      return Buffer.concat([bytes.subarray(0, place), insert, bytes.subarray(place + drop)])
    }, whole)
    return changed.subarray(0, Math.ceil(end * changed.length))
  })

const garbage = fc.oneof(
  fc.uint8Array({ minLength: 1, maxLength: 400 }).map((bytes) => Buffer.from(bytes)),
  fc.array(fc.constantFrom(...pieces), { minLength: 1, maxLength: 30 }).map((list) => Buffer.concat(list)),
  fc.constantFrom(0x41, 0x0a, 0x20, 0x00).map((byte) => Buffer.alloc(20_000, byte)),
)

/** What is wrong with what came back: answers, each a whole one, or the end of the connection. */
function problemsOf(received: Buffer): string[] {
  return parseAnswers(received).flatMap((answer) => {
    if (answer.status < 400) return answer.status === 204 || answer.status === 200 ? [] : [`status ${answer.status}`]
    const problems = failureProblems(declared, { method: '', path: '' }, answer)
    return [
      ...(answer.status >= 500 ? [`status ${answer.status}`] : []),
      ...problems,
      ...leaksOf(answer, sandbox.secrets),
    ]
  })
}

const together = 8

test.each([
  ['requests with a few bytes wrong', mutated, 300],
  ['bytes that were never a request', garbage, 100],
] as const)(
  '%s get answers in an envelope, or the connection is closed',
  async (_, bytes, numRuns) => {
    let answered = 0
    const batch = fc.array(bytes, { minLength: together, maxLength: together })
    const property = fc.asyncProperty(batch, async (messages) => {
      const tasks = messages.map((message) => async () => {
        const received = await exchangeBytes(sandbox.port, message, true)
        if (received.length > 0) answered++
        return problemsOf(received).map((problem) => `${JSON.stringify(message.toString('latin1'))}: ${problem}`)
      })
      expect((await inParallel(tasks, together)).flat()).toEqual([])
    })
    await fc.assert(property, { numRuns })
    expect(answered).toBeGreaterThan((numRuns * together) / 4)
    expect((await fetch(`${sandbox.url}/livez`)).status).toBe(200)
  },
  120_000,
)

test('afterwards the server still serves, and nothing failed that was not declared', async () => {
  expect((await fetch(`${sandbox.url}/sandbox.json`)).status).toBe(200)
  expect(undeclaredFailures(sandbox)).toEqual([])
})
