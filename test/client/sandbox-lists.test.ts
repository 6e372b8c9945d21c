import { randomUUID } from 'node:crypto'
import { createClient, NotFoundError } from 'culpa/client'
import { afterAll, beforeAll, expect, expectTypeOf, test } from 'vitest'
import type { CaptureApi } from '../../examples/sandbox/systems/capture/index.ts'
import type { CurrentsApi } from '../../examples/sandbox/systems/currents/index.ts'
import type { StripeApi } from '../../examples/sandbox/systems/stripe/index.ts'
import type { SystemName } from '../support/documented.ts'
import { type LiveSandbox, openSandbox } from '../support/live-sandbox.ts'

let sandbox: LiveSandbox

beforeAll(async () => {
  sandbox = await openSandbox()
})
afterAll(() => sandbox?.close())

type Item = Readonly<Record<string, unknown>>

/** A list of the sandbox, and how to add to it. */
interface List {
  readonly system: SystemName
  readonly path: string
  /** The member of an item that the next page starts after. Default `id`. */
  readonly id?: string
  readonly create?: () => object
}

const card = { amount: 2000, currency: 'usd', source: 'tok_visa' }
const form = (fields: object) => new URLSearchParams(fields as Record<string, string>)

const lists: readonly List[] = [
  { system: 'stripe', path: '/v1/customers', create: () => form({ name: 'Ada' }) },
  { system: 'stripe', path: '/v1/charges', create: () => form(card) },
  { system: 'convergegate', path: '/convergegate/v1/customers', create: () => ({ email: 'ada@example.com' }) },
  {
    system: 'convergegate',
    path: '/convergegate/v1/charges',
    create: () => ({ customer: 'cgcus_ada', voucher: 'vou_approved', amount: 2000, currency: 'eur' }),
  },
  { system: 'capture', path: '/capture/v1/prospects', create: () => ({ email: randomUUID() }) },
  { system: 'capture', path: '/capture/v1/charges', create: () => ({ prospect: 'pro_1', ...card }) },
  {
    system: 'field-errors',
    path: '/field-errors/v1/payments',
    create: () => ({ email: 'ada@example.com', amount: 2000 }),
  },
  { system: 'currents', path: '/currents/v1/projects', id: 'projectId' },
  {
    system: 'currents',
    path: '/currents/v1/runs',
    id: 'runId',
    create: () => ({ projectId: 'prj_1', ciBuildId: randomUUID() }),
  },
  { system: 'error-list', path: '/error-list/v1/charges', create: () => card },
]

/** An untyped client of a system, and how many requests it has sent. */
function clientOf(name: SystemName) {
  let requests = 0
  const client = createClient({
    baseUrl: sandbox.url,
    apiKey: sandbox.system(name).keys.full!,
    format: 'auto',
    onAttempt() {
      requests++
    },
  })
  return { client, requests: () => requests }
}

async function all<Value>(items: AsyncIterable<Value>): Promise<Value[]> {
  const found: Value[] = []
  for await (const item of items) found.push(item)
  return found
}

test.each(lists)('$path: every item once, in creation order, however long the pages are', async (list) => {
  const { system, path, id = 'id', create } = list
  const { client, requests } = clientOf(system)
  const made: Item[] = []
  for (let count = 0; create !== undefined && count < 5; count++) made.push(await client.post(path, { body: create() }))
  const whole = await client.get<{ data: Item[]; has_more: boolean }>(path, { query: { limit: 100 } })
  expect(whole.has_more).toBe(false)
  expect(whole.data.slice(whole.data.length - made.length)).toEqual(made)
  expect(whole.data.length).toBeGreaterThan(2)

  const before = requests()
  const cursor = (item: Item) => String(item[id])
  expect(await all(client.list<Item>(path, { query: { limit: 2 }, ...(id !== 'id' && { cursor }) }))).toEqual(
    whole.data,
  )
  expect(requests() - before).toBe(Math.ceil(whole.data.length / 2))
})

test('who stops early asks for no further page', async () => {
  const { client, requests } = clientOf('currents')
  for await (const project of client.list<Item>('/currents/v1/projects', { query: { limit: 1 } })) {
    expect(project).toMatchObject({ projectId: 'prj_1' })
    break
  }
  expect(requests()).toBe(1)
})

test('a list that starts after nothing is an exception where it is iterated', async () => {
  const { client } = clientOf('capture')
  const listing = all(client.list('/capture/v1/prospects', { query: { starting_after: 'pro_nobody' } }))
  await expect(listing).rejects.toBeInstanceOf(NotFoundError)
  await expect(listing).rejects.toMatchObject({ code: 'resource_missing', param: 'starting_after' })
})

test('items whose id has another name need a cursor, and say so', async () => {
  const { client } = clientOf('currents')
  await expect(all(client.list('/currents/v1/projects', { query: { limit: 1 } }))).rejects.toThrow('id to go on from')
})

test('a typed client knows the items of each list, and which paths are lists', () => {
  const typed = async () => {
    for await (const charge of createClient<StripeApi>({ baseUrl: '' }).list('/v1/charges')) {
      expectTypeOf(charge.payment_method_details.card.last4).toBeString()
    }
    const capture = createClient<CaptureApi>({ baseUrl: '' })
    for await (const prospect of capture.list('/capture/v1/prospects', { query: { limit: 2 } })) {
      expectTypeOf(prospect.name).toEqualTypeOf<string | null>()
    }
    const cursor = ({ runId }: { runId: string }) => runId
    for await (const run of createClient<CurrentsApi>({ baseUrl: '' }).list('/currents/v1/runs', { cursor })) {
      expectTypeOf(run.state).toEqualTypeOf<'running' | 'finished' | 'cancelled'>()
    }
    // @ts-expect-error: a project has no member id, so a cursor is needed
    createClient<CurrentsApi>({ baseUrl: '' }).list('/currents/v1/projects')
    // @ts-expect-error: one prospect is no list
    capture.list('/capture/v1/prospects/:id', { params: { id: 'pro_1' } })
  }
  expectTypeOf(typed).toBeFunction()
})
