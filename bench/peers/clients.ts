// A program that calls an API all the time: `node bench/peers/clients.ts` with the name of a client.
import axios from 'axios'
import axiosRetry from 'axios-retry'
import { createClient } from 'culpa/client'
import got from 'got'
import ky from 'ky'
import type { Sample } from '../compare.ts'
import type { ClientName, ClientProgramOptions } from '../groups/clients.ts'
import { answer } from '../servers/answer.ts'
import { startOptions } from '../servers/serve.ts'

const { name, port, key, item, inFlight } = startOptions<ClientProgramOptions>()
const baseUrl = `http://127.0.0.1:${port}`
const url = `${baseUrl}/items/item_1`
const headers = { authorization: `Bearer ${key}` }
const timeoutMs = 30_000

/** All but `fetch`, which can neither: two retries, and a time limit. */
const clients: Readonly<Record<ClientName, () => () => Promise<unknown>>> = {
  culpa() {
    const client = createClient({ baseUrl, apiKey: key, format: 'stripe' })
    return () => client.get('/items/:id', { params: { id: 'item_1' } })
  },
  fetch: () => async () => {
    const response = await fetch(url, { headers })
    if (!response.ok) throw new Error(`status ${response.status}`)
    return response.json()
  },
  ky() {
    const client = ky.create({ headers, timeout: timeoutMs, retry: { limit: 2 } })
    return () => client.get(url).json()
  },
  got() {
    const client = got.extend({ headers, timeout: { request: timeoutMs }, retry: { limit: 2 } })
    return () => client.get(url).json()
  },
  axios() {
    const client = axios.create({ headers, timeout: timeoutMs })
    axiosRetry(client, { retries: 2 })
    return async () => (await client.get(url)).data
  },
}

const call = clients[name]()
const given = JSON.stringify(await call())
if (given !== JSON.stringify(item)) throw new Error(`${name} gave ${given}`)

async function callUntil(end: number): Promise<number> {
  let calls = 0
  for (; performance.now() < end; calls += 1) await call()
  return calls
}

answer<number>('ready', async (seconds): Promise<Sample> => {
  const started = performance.now()
  const cpu = process.cpuUsage()
  const end = started + seconds * 1000
  const calls = await Promise.all(Array.from({ length: inFlight }, () => callUntil(end)))
  const done = calls.reduce((sum, one) => sum + one, 0)
  const { user, system } = process.cpuUsage(cpu)
  return { perSecond: (done / (performance.now() - started)) * 1000, cpuMicroseconds: (user + system) / done }
})
