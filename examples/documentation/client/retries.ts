import { createClient } from 'culpa/client'
import { fakeClock, instantClock, scriptedFetch, seededRandom } from 'culpa/testing'

const options = {
  baseUrl: 'https://api.example.com',
  format: 'auto',
  clock: instantClock(), // waits take no time
  random: seededRandom(1), // and are the same in every run
} as const
const dropped = scriptedFetch(['dropped', { status: 503 }, { status: 500 }])

const { error } = await createClient({ ...options, fetch: dropped })
  .get('/v1/charges/ch_1')
  .safe()
for (const { number, status, code, delayMs } of error?.attempts ?? []) console.log(number, status, code, delayMs)

// docs/client/retries.md: how long it waits
const tomorrow = scriptedFetch([{ status: 429, headers: { 'retry-after': '86400' } }])
const limited = await createClient({ ...options, fetch: tomorrow })
  .get('/v1/charges')
  .safe()
console.log(limited.error?.stopped, limited.error?.status, tomorrow.requests.length)

// docs/client/retries.md: the budget
const down = scriptedFetch(() => ({ status: 500 }))
const clock = fakeClock()
const failing = createClient({ ...options, fetch: down, clock })
for (let call = 1; call < 100; call++) await clock.run(failing.get('/v1/charges').safe())
const last = await clock.run(failing.get('/v1/charges').safe())
console.log(last.error?.stopped, last.error?.status, down.requests.length)

// docs/client/retries.md: time limits and abort
const silent = createClient({ ...options, fetch: scriptedFetch(['stalled']) })
const controller = new AbortController()
setTimeout(() => controller.abort('the page was left'))
const left = await silent.get('/v1/charges', { signal: controller.signal }).safe()
console.log(left.error?.name, left.error?.outcome, left.error?.cause)

// docs/client/retries.md: more, fewer, none
const closed = { status: 503, headers: { 'retry-after': '40' } }
const report = scriptedFetch([closed, closed, closed, { status: 200, body: { id: 'rep_1' } }])
const once = createClient({ ...options, fetch: report, maxAttempts: 1 })
console.log((await once.get('/v1/reports/rep_1').safe()).error?.attempts.length)
const patient = { maxAttempts: 5, deadlineMs: 120_000, maxRetryAfterMs: 60_000 }
console.log(await once.get('/v1/reports/rep_1', patient))
