import { randomUUID } from 'node:crypto'
import { type ApiClientError, type ClientOptions, ConflictError, createClient, RateLimitError } from 'culpa/client'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { newCharging } from '../support/charging.ts'
import { startCuttingProxy } from '../support/cutting-proxy.ts'
import { documentedSystems, type SystemName } from '../support/documented.ts'
import { type LiveSandbox, openSandbox } from '../support/live-sandbox.ts'

let sandbox: LiveSandbox

beforeAll(async () => {
  sandbox = await openSandbox()
})
afterAll(() => sandbox?.close())

const chargingOf = (name: SystemName) => newCharging(sandbox.url, sandbox.system(name))

/** A client that was told nothing of a system but that it honours keys, and what it sent again. */
function clientOf(name: SystemName, { key = 'full', ...options }: Partial<ClientOptions> & { readonly key?: string }) {
  const retries: { readonly error: ApiClientError; readonly delayMs: number }[] = []
  const client = createClient({
    baseUrl: sandbox.url,
    apiKey: sandbox.system(name).keys[key]!,
    idempotency: 'auto',
    onRetry: (event) => void retries.push(event),
    ...options,
    format: 'auto',
  })
  return { client, retries }
}

describe.concurrent.each(documentedSystems)('$name', ({ name, base }) => {
  test('a charge whose answer is lost is sent again with its key, and made once', async () => {
    const charging = await chargingOf(name)
    const proxy = await startCuttingProxy(sandbox.port, 2)
    const { client, retries } = clientOf(name, { baseUrl: `http://127.0.0.1:${proxy.port}` })
    const { path, body } = charging.request('tok_visa')
    const { ok, data, response } = await client.post(path, { body }).safe()
    await proxy.close()
    expect({ ok, data }).toEqual({ ok: true, data: expect.any(Object) })
    expect(response?.replayed).toBe(true)
    expect(retries.map(({ error }) => [error.code, error.outcome])).toEqual(
      Array(2).fill(['connection_lost', 'unknown']),
    )
    expect(await charging.made()).toBe(1)
  })

  test('a charge without a key whose answer is lost is not sent again, and its outcome is unknown', async () => {
    const charging = await chargingOf(name)
    const proxy = await startCuttingProxy(sandbox.port, 1)
    const { client } = clientOf(name, { baseUrl: `http://127.0.0.1:${proxy.port}`, idempotency: 'off' })
    const { path, body } = charging.request('tok_visa')
    const { error } = await client.post(path, { body }).safe()
    await proxy.close()
    expect(error).toMatchObject({ code: 'connection_lost', outcome: 'unknown', attempts: [{ number: 1 }] })
    expect(error).not.toHaveProperty('idempotencyKey')
    expect(await charging.made()).toBe(1)
  })

  test('a charge that nobody knows the end of is a conflict whose outcome is unknown, with its key', async () => {
    const { path, body } = (await chargingOf(name)).request('tok_processorSilent')
    const { client } = clientOf(name, {})
    const { error } = await client.post(path, { body }).safe()
    expect(error).toBeInstanceOf(ConflictError)
    expect(error).toMatchObject({ code: 'idempotency_outcome_unknown', outcome: 'unknown' })
    expect(error?.attempts.map(({ code }) => code)).toEqual(['upstream_timeout', 'idempotency_outcome_unknown'])
    const again = await client.post(path, { body, idempotencyKey: error!.idempotencyKey! }).safe()
    expect(again.error).toMatchObject({ code: 'idempotency_outcome_unknown', outcome: 'unknown' })
  })

  test('the same charge sent twice at once waits for itself, and is made once', async () => {
    const charging = await chargingOf(name)
    const { path, body } = charging.request('tok_processorSlow')
    const { client, retries } = clientOf(name, {})
    const idempotencyKey = randomUUID()
    const [one, other] = await Promise.all([1, 2].map(() => client.post(path, { body, idempotencyKey })))
    expect(other).toEqual(one)
    // None where this machine was so slow that the first had ended before the second came.
    for (const { error, delayMs } of retries) {
      expect(error).toBeInstanceOf(ConflictError)
      expect(error.code).toBe('idempotency_in_progress')
      expect(delayMs).toBeGreaterThanOrEqual(1000)
    }
    expect(await charging.made()).toBe(1)
  })

  test('who is too fast waits as long as the server asks, and is served', async () => {
    const { operations } = sandbox.system(name)
    const list = operations.find(
      ({ operation }) => operation.startsWith(`GET ${base}`) && !/:|search|report/.test(operation),
    )
    const path = list?.operation.slice('GET '.length) ?? ''
    const { client, retries } = clientOf(name, { key: 'trial' })
    while (retries.length === 0) expect(await client.get(path)).toHaveProperty('data')
    for (const { error, delayMs } of retries) {
      expect(error).toBeInstanceOf(RateLimitError)
      expect(delayMs).toBeGreaterThanOrEqual((error as RateLimitError).retryAfterMs!)
    }
  })
})
