import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { callerOf } from '../support/caller.ts'
import { documentedSystems } from '../support/documented.ts'
import { type LiveSandbox, openSandbox } from '../support/live-sandbox.ts'

let sandbox: LiveSandbox

beforeAll(async () => {
  sandbox = await openSandbox()
})
afterAll(() => sandbox?.close())

function turn(system: string, on: boolean, retryAfter?: number) {
  return fetch(`${sandbox.url}/sandbox/maintenance`, {
    method: 'PUT',
    headers: { 'content-type': 'application/json' },
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
