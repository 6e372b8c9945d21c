import { createClient } from 'culpa/client'
import { assertSameKey, fakeClock, type ScriptedStep, scriptedFetch, seededRandom } from 'culpa/testing'
import { expect, test } from 'vitest'
import { pay } from './pay.ts'

const order = { id: 'order_7', amount: 2000 }
const paid = { status: 201, body: { id: 'ch_1' } }
const declined = { status: 402, body: { error: { type: 'card_error', code: 'card_declined', message: 'Declined.' } } }
const limited = { status: 429, headers: { 'retry-after': '20' } }

function arrange(...script: readonly ScriptedStep[]) {
  const clock = fakeClock()
  const fetch = scriptedFetch(script)
  const client = createClient({
    baseUrl: 'https://api.test',
    format: 'stripe',
    fetch,
    clock,
    random: seededRandom(1),
  })
  return { clock, fetch, result: clock.run(pay(client, order)) }
}

test('an order whose answer is lost is charged under the same key again', async () => {
  const { fetch, result } = arrange('dropped', paid)
  expect(await result).toBe('paid')
  expect(fetch.requests).toHaveLength(2)
  expect(assertSameKey(fetch.requests)).toBe('charge_order_7')
})

test('a declined card is no failure of the program', async () => {
  const { fetch, result } = arrange(declined)
  expect(await result).toBe('declined')
  expect(fetch.requests[0]).toMatchObject({
    method: 'POST',
    url: 'https://api.test/v1/charges',
    body: '{"amount":2000}',
  })
})

test('it waits as long as the server asks', async () => {
  const { clock, result } = arrange(limited, paid)
  expect(await result).toBe('paid')
  expect(clock.waits[0]).toBeGreaterThanOrEqual(20_000)
})

test('after a minute of silence nobody knows', async () => {
  const { clock, result } = arrange('stalled', 'stalled')
  const startedAt = clock.now()
  expect(await result).toBe('unclear')
  expect(clock.now() - startedAt).toBe(60_000)
})
