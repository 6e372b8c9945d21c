import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { callerOf } from '../support/caller.ts'
import { documentedSystems } from '../support/documented.ts'
import { type LiveSandbox, openSandbox } from '../support/live-sandbox.ts'

let sandbox: LiveSandbox

beforeAll(async () => {
  sandbox = await openSandbox()
})
afterAll(() => sandbox?.close())

function turn(system: string, on: boolean, retryAfter?: number, headers: Record<string, string> = {}) {
  return fetch(`${sandbox.url}/sandbox/maintenance`, {
    method: 'PUT',
    headers: { 'content-type': 'application/json', ...headers },
    body: JSON.stringify({ system, on, ...(retryAfter !== undefined && { retry_after: retryAfter }) }),
  })
}

describe.each(documentedSystems)('$name under maintenance', ({ name }) => {
  const firstList = () => {
    const { base, operations } = sandbox.system(name)
    const path = operations
      .map(({ operation }) => /^GET (\S+)$/.exec(operation)?.[1])
      .find((one) => one?.match(/^[^:]+$/))
    return (path ?? '').slice(base.length)
  }

  test('answers 503 with the stated Retry-After, alone of all systems, until it is turned off', async () => {
    const documented = documentedSystems.find((one) => one.name === name)!
    const call = callerOf(sandbox.url, documented, sandbox.system(name).keys.full!)
    expect((await turn(name, true, 77)).status).toBe(200)
    const during = await call('GET', firstList())
    expect(during).toMatchObject({ status: 503, code: 'maintenance' })
    expect(during.headers.get('retry-after')).toBe('77')
    // Maintenance comes before the key is looked at.
    expect((await call('GET', firstList(), { key: null })).code).toBe('maintenance')
    for (const other of documentedSystems.filter((one) => one.name !== name)) {
      const status = (await callerOf(sandbox.url, other, '')('GET', '/nothing')).status
      expect(status, other.name).toBe(404)
    }
    expect((await fetch(`${sandbox.url}/readyz`)).status).toBe(200)
    expect((await turn(name, false)).status).toBe(200)
    expect((await call('GET', firstList())).code).not.toBe('maintenance')
  })
})

test('maintenance of a system that is none is refused', async () => {
  const answer = await turn('nobody', true)
  expect(answer.status).toBe(404)
  expect(answer.headers.get('error-code')).toBe('system_unknown')
})

test.each([
  ['another website', () => 'https://example.com'],
  ['a page of no origin', () => 'null'],
  ['another port of this machine', () => 'http://localhost:1'],
  ['a name that somebody gave this machine', () => `http://rebound.example:${sandbox.port}`],
])('%s may not turn maintenance on', async (_, origin) => {
  const answer = await turn('capture', true, 77, { origin: origin() })
  expect(answer.status).toBe(403)
  expect(answer.headers.get('error-code')).toBe('origin_foreign')
  expect((await fetch(`${sandbox.url}/capture/v1/prospects`)).status).toBe(401)
})

test.each(['localhost', '127.0.0.1', '[::1]'])('a page of the sandbox itself at %s may', async (host) => {
  const answer = await turn('capture', false, undefined, { origin: `http://${host}:${sandbox.port}` })
  expect(answer.status).toBe(200)
})

test('the site lets no other website read or write it', async () => {
  const origin = 'https://example.com'
  const preflight = await fetch(`${sandbox.url}/sandbox/maintenance`, {
    method: 'OPTIONS',
    headers: { origin, 'access-control-request-method': 'PUT', 'access-control-request-headers': 'content-type' },
  })
  const read = await fetch(`${sandbox.url}/sandbox.json`, { headers: { origin } })
  for (const answer of [preflight, read]) expect(answer.headers.get('access-control-allow-origin')).toBeNull()
})
