import fc from 'fast-check'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { documentedSystems } from '../support/documented.ts'
import { type FuzzClient, fuzzClient } from '../support/fuzz-client.ts'
import { anyRequest } from '../support/fuzz-request.ts'
import { type Judge, judgeOf } from '../support/fuzz-verdict.ts'
import { type LiveSandbox, openSandbox, undeclaredFailures } from '../support/live-sandbox.ts'

/** `npm run test:long` looks ten times as long. */
const numRuns = process.env.CULPA_LONG === '1' ? 20_000 : 2_000
const patienceMs = 120_000 + numRuns * 30

let sandbox: LiveSandbox
let client: FuzzClient
let judge: Judge

beforeAll(async () => {
  sandbox = await openSandbox()
  client = fuzzClient(sandbox.port)
  judge = judgeOf(sandbox)
})
afterAll(async () => {
  client?.close()
  await sandbox?.close()
})

describe.each(documentedSystems)('$name', ({ name, base }) => {
  test(
    `answers any of ${numRuns} requests as its contract says`,
    async () => {
      const seen = new Map<string, number>()
      const property = fc.asyncProperty(anyRequest(sandbox.system(name)), async (request) => {
        const answer = await client.send(request)
        const kind = `${answer.status} ${answer.headers['error-code'] ?? ''}`
        seen.set(kind, (seen.get(kind) ?? 0) + 1)
        expect(judge(request, answer), answer.body).toEqual([])
      })
      await fc.assert(property, { numRuns })
      // Requests that all fail at the door would prove little.
      expect(seen.get('200 ') ?? 0).toBeGreaterThan(numRuns / 50)
      expect(seen.size).toBeGreaterThan(12)
    },
    patienceMs,
  )

  test('lives and serves afterwards', async () => {
    expect((await fetch(`${sandbox.url}/livez`)).status).toBe(200)
    const list = sandbox.system(name).operations.find(({ operation }) => /^GET [^:]+$/.test(operation))?.operation ?? ''
    expect(list).toContain(base)
    const { full = '' } = sandbox.system(name).keys
    const answer = await fetch(`${sandbox.url}${list.slice(4)}`, { headers: { authorization: `Bearer ${full}` } })
    expect([200, 400]).toContain(answer.status)
  })
})

test('nothing but the planted bug failed without being declared', () => {
  const planted = /Cannot destructure property 'brand'/
  expect(undeclaredFailures(sandbox).filter((text) => !planted.test(text))).toEqual([])
})
