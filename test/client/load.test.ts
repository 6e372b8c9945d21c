import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { type Clock, createClient, type UntypedClient } from 'culpa/client'
import { fakeClock, scriptedFetch, seededRandom } from 'culpa/testing'
import { expect, onTestFinished, test } from 'vitest'

const clients = 300
const callsEach = 20
const baseUrl = 'https://api.test'

/** Waits take no time here: how long they are does not change how often a server is asked. */
const timeless: Clock = {
  now: () => 0,
  timer(_ms, purpose, call) {
    if (purpose === 'wait') setImmediate(call)
    return () => {}
  },
}

/** 300 clients, each with a budget of its own, of one real server that fails a share of all requests. */
async function arrange() {
  // Each client has a path and draws of its own, so that who comes first changes nothing.
  const draws = new Map(Array.from({ length: clients }, (_, index) => [`/${index}`, seededRandom(index)]))
  let failing = 0
  let requests = 0
  const server = createServer(({ url = '' }, response) => {
    requests++
    const isFailing = (draws.get(url)?.() ?? 1) < failing
    response.writeHead(isFailing ? 500 : 200, { 'content-type': 'application/json' }).end('{}')
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  onTestFinished(() => {
    server.closeAllConnections()
    server.close()
  })
  const baseUrl = `http://127.0.0.1:${(server.address() as AddressInfo).port}`
  const random = seededRandom(2)
  const all = Array.from({ length: clients }, () => createClient({ baseUrl, format: 'auto', clock: timeless, random }))

  /** All clients at once, each call after call: what the server got for each call, and how many succeeded. */
  async function loadAt(share: number, callsOfEach = callsEach) {
    failing = share
    requests = 0
    let succeeded = 0
    const callInTurn = async (client: UntypedClient, index: number) => {
      for (let turn = 0; turn < callsOfEach; turn++) if ((await client.get(`/${index}`).safe()).ok) succeeded++
    }
    await Promise.all(all.map(callInTurn))
    const calls = clients * callsOfEach
    return { factor: requests / calls, success: succeeded / calls }
  }

  return { loadAt }
}

test('300 clients at 0 % failure send nothing twice', async () => {
  expect(await (await arrange()).loadAt(0)).toEqual({ factor: 1, success: 1 })
})

test('300 clients at 20 % failure: 99 % of the calls succeed', async () => {
  const { factor, success } = await (await arrange()).loadAt(0.2)
  // 99.2 % are expected; of as many calls as these, one run in sixty is a tenth below 99.
  expect(Math.round(success * 100)).toBeGreaterThanOrEqual(99)
  expect(factor).toBeLessThan(1.26)
})

test('300 clients at 100 % failure: ten retries each, and then the load is what it would be without', async () => {
  const { loadAt } = await arrange()
  expect(await loadAt(1, 5)).toEqual({ factor: (5 + 10) / 5, success: 0 })
  expect(await loadAt(1)).toEqual({ factor: 1, success: 0 })
})

test('300 clients at 50 % failure: what they earn keeps the load within 1.1 times', async () => {
  const { loadAt } = await arrange()
  // What they began with is spent.
  await loadAt(1, 5)
  const { factor, success } = await loadAt(0.5)
  expect(factor).toBeLessThanOrEqual(1.1)
  expect(success).toBeGreaterThan(0.51)
})

test('300 callers of one client at 100 % failure share its ten retries', async () => {
  const fetch = scriptedFetch(() => ({ status: 500 }))
  const client = createClient({ baseUrl, format: 'auto', clock: timeless, fetch })
  const results = await Promise.all(Array.from({ length: 300 }, () => client.get('/').safe()))
  expect(fetch.requests).toHaveLength(310)
  expect(results.filter(({ error }) => error?.stopped === 'budget').length).toBeGreaterThanOrEqual(290)
  expect(results[0]?.error?.status).toBe(500)
})

test.each([
  ['the same Retry-After', { status: 429, headers: { 'retry-after': '10' } }, 10_000, 11_000],
  ['an outage', { status: 500 }, 50, 200],
])('after %s 300 clients come back spread, without a spike', async (_name, failure, from, to) => {
  const clock = fakeClock()
  const startedAt = clock.now()
  const arrivals: number[] = []
  const call = (_: unknown, seed: number) => {
    const fetch = scriptedFetch((_request, number) => {
      if (number > 1) arrivals.push(clock.now() - startedAt)
      return number > 1 ? { status: 200, body: {} } : failure
    })
    return createClient({ baseUrl, format: 'auto', clock, random: seededRandom(seed), fetch }).get('/')
  }
  await clock.run(Promise.all(Array.from({ length: clients }, call)))
  expect(arrivals).toHaveLength(clients)
  expect(Math.min(...arrivals)).toBeGreaterThanOrEqual(from)
  expect(Math.max(...arrivals)).toBeLessThanOrEqual(to)
  // The floor of 50 ms takes a quarter of the draws of a first retry; past it, no tenth of the time gets a double share.
  const free = arrivals.filter((at) => at > from)
  const slotOf = (at: number) => Math.min(9, Math.floor(((at - from) / (to - from)) * 10))
  const slots = Array.from({ length: 10 }, (_, slot) => free.filter((at) => slotOf(at) === slot))
  expect(Math.max(...slots.map(({ length }) => length))).toBeLessThan((2 * free.length) / 10)
})
