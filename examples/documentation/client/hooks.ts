import { createClient } from 'culpa/client'
import { type api, apiKey, baseUrl, close, losing } from './shop.ts'

const unkeyed = { 'POST /v1/sessions': true } as const

const counts = new Map<string, number>()

const client = createClient<typeof api>({
  baseUrl,
  apiKey,
  unkeyed,
  fetch: losing(1), // breaks the connection once
  random: () => 0.5, // makes each wait the same
  onAttempt({ method, path, attempt: { status, code } }) {
    const series = `${method} ${path} ${status ?? code}`
    counts.set(series, (counts.get(series) ?? 0) + 1)
  },
  onRetry({ method, path, attempt, error, delayMs }) {
    console.log(`${method} ${path}: ${error.code} in attempt ${attempt.number}, again in ${delayMs} ms`)
  },
  onError({ method, path, error }) {
    console.log(`${method} ${path}: ${error.code} after ${error.attempts.length} attempts, ${error.requestId}`)
  },
})
await client.get('/v1/charges/:id', { params: { id: 'ch_9' } }).safe()
console.log(counts)

await close()
