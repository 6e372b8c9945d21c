import { createClient } from 'culpa/client'
import { scriptedFetch } from 'culpa/testing'
import { type api, apiKey, baseUrl, close } from './shop.ts'

const pages: string[] = []
const client = createClient<typeof api>({
  baseUrl,
  apiKey,
  unkeyed: { 'POST /v1/sessions': true },
  fetch(url, init) {
    pages.push(new URL(url).search)
    return fetch(url, init)
  },
})

for await (const customer of client.list('/v1/customers', { query: { limit: 2 } })) {
  console.log(customer.id, customer.name)
  if (customer.name === 'Hedy') break
}
console.log(pages)

// docs/client/pagination.md: cursor
const asked = scriptedFetch([
  { status: 200, body: { data: [{ runId: 'run_1' }], has_more: true } },
  { status: 200, body: { data: [{ runId: 'run_2' }], has_more: false } },
])
const any = createClient({ baseUrl: 'https://api.example.com', format: 'auto', fetch: asked })

const runs = any.list<{ readonly runId: string }>('/v1/runs', { cursor: (run) => run.runId })
for await (const { runId } of runs) console.log(runId)
console.log(asked.requests.map(({ url }) => url))

await close()
