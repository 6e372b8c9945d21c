// Work that needs no server, ours and that of others: `node bench/peers/in-process.ts` with its name.
import { type ApiRequest, createApi, defineContract, refusal } from 'culpa'
import { memoryLimits } from 'culpa/memory'
import createError from 'http-errors'
import { RateLimiterMemory } from 'rate-limiter-flexible'
import type { Sample } from '../compare.ts'
import type { WorkName } from '../groups/in-process.ts'
import { answer } from '../servers/answer.ts'
import { startOptions } from '../servers/serve.ts'

const hourMs = 3_600_000
const points = 1_000_000_000
const callers = Array.from({ length: 10_000 }, (_, index) => `writes:org_${index}:test`)
const callerOf = (count: number) => callers[count % callers.length] as string
const message = 'The parameter limit must be a number.'

/** Neither reads anything: what is measured is how a refusal is made and written. */
const request: ApiRequest = {
  method: 'GET',
  target: '/items?limit=many',
  address: '127.0.0.1',
  signal: new AbortController().signal,
  hasBody: false,
  header: () => undefined,
  headerCount: () => 0,
  headers: () => [],
  body: async () => new Uint8Array(),
}

function culpaLimits() {
  const store = memoryLimits()
  const intervalMs = hourMs / points
  return (count: number) => store.take([{ key: callerOf(count), intervalMs, burst: points, cost: 1 }])
}

function rateLimiterFlexible() {
  const limiter = new RateLimiterMemory({ points, duration: hourMs / 1000 })
  return (count: number) => limiter.consume(callerOf(count))
}

function culpaErrors() {
  const contract = defineContract({ format: 'stripe', docs: '/errors' })
  const api = createApi({ contract, operations: [], log: () => undefined })
  return () => api.refuse(request, refusal('parameter_invalid', { param: 'limit', message }))
}

function httpErrors() {
  return () => {
    const error = createError(400, message, { code: 'parameter_invalid', param: 'limit' })
    const { code, param } = error
    return JSON.stringify({ error: { type: 'invalid_request_error', code, message: error.message, param } })
  }
}

const works: Readonly<Record<WorkName, () => (count: number) => unknown>> = {
  'culpa limits': culpaLimits,
  'rate-limiter-flexible': rateLimiterFlexible,
  'culpa errors': culpaErrors,
  'http-errors': httpErrors,
}

const batch = 200

const { name } = startOptions<{ name: WorkName }>()
const work = works[name]()
answer<number>('ready', async (seconds): Promise<Sample> => {
  const started = performance.now()
  const cpu = process.cpuUsage()
  let done = 0
  while (performance.now() - started < seconds * 1000) {
    for (let index = 0; index < batch; index += 1) {
      const result = work(done++)
      if (result instanceof Promise) await result
    }
  }
  const { user, system } = process.cpuUsage(cpu)
  return { perSecond: (done / (performance.now() - started)) * 1000, cpuMicroseconds: (user + system) / done }
})
