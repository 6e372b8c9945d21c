import { type CallInput, createClient } from 'culpa/client'
import { scriptedFetch } from 'culpa/testing'
import { expect, test } from 'vitest'

const ids = Array.from({ length: 7 }, (_, index) => ({ id: `cus_${index}` }))

function pages(size = 3) {
  return scriptedFetch(({ url }) => {
    const after = new URL(url).searchParams.get('starting_after')
    const from = ids.findIndex(({ id }) => id === after) + 1
    return { status: 200, body: { data: ids.slice(from, from + size), has_more: from + size < ids.length } }
  })
}

const clientOf = (fetch: ReturnType<typeof scriptedFetch>) =>
  createClient({ baseUrl: 'https://api.test', format: 'auto', fetch, random: () => 0 })

async function all<Item>(items: AsyncIterable<Item>): Promise<Item[]> {
  const found: Item[] = []
  for await (const item of items) found.push(item)
  return found
}

test('gives every item of every page once, in order', async () => {
  const fetch = pages()
  expect(await all(clientOf(fetch).list('/v1/customers', { query: { limit: 3 } }))).toEqual(ids)
  expect(fetch.requests.map(({ url }) => url.slice(url.indexOf('?')))).toEqual([
    '?limit=3',
    '?limit=3&starting_after=cus_2',
    '?limit=3&starting_after=cus_5',
  ])
})

test('asks for no page that nobody needs', async () => {
  const fetch = pages()
  for await (const item of clientOf(fetch).list('/v1/customers')) if (item) break
  expect(fetch.requests).toHaveLength(1)
})

test('an empty page ends it', async () => {
  const fetch = scriptedFetch([{ status: 200, body: { data: [], has_more: true } }])
  expect(await all(clientOf(fetch).list('/v1/customers'))).toEqual([])
})

test('a page that comes again is an error, no endless list', async () => {
  const fetch = scriptedFetch(() => ({ status: 200, body: { data: [{ id: 'same' }], has_more: true } }))
  await expect(all(clientOf(fetch).list('/v1/customers'))).rejects.toThrow(TypeError)
  expect(fetch.requests).toHaveLength(2)
})

test('an item can have another id', async () => {
  const fetch = scriptedFetch([
    { status: 200, body: { data: [{ runId: 'a' }], has_more: true } },
    { status: 200, body: { data: [{ runId: 'b' }], has_more: false } },
  ])
  const cursor = (run: { runId: string }) => run.runId
  expect(await all(clientOf(fetch).list('/runs', { cursor }))).toEqual([{ runId: 'a' }, { runId: 'b' }])
  expect(fetch.requests[1]?.url).toContain('starting_after=a')
})

test('a page that fails is retried, and an error goes to who iterates', async () => {
  const input: CallInput = {}
  const fetch = scriptedFetch(['dropped', { status: 200, body: { data: ids, has_more: false } }])
  expect(await all(clientOf(fetch).list('/v1/customers', input))).toEqual(ids)
  const failing = scriptedFetch([{ status: 404 }])
  await expect(all(clientOf(failing).list('/v1/customers'))).rejects.toMatchObject({ status: 404 })
})
