import { randomUUID } from 'node:crypto'
import type { SystemName } from './documented.ts'
import type { DescribedSystem } from './live-sandbox.ts'

interface Row {
  readonly [name: string]: unknown
}

/** How a system takes money: one payment that can be told from all others. */
export interface Charging {
  /** The request, for senders of another kind. */
  readonly request: (instrument: string) => { readonly path: string; readonly body: Row | URLSearchParams }
  readonly send: (instrument: string, idempotencyKey?: string, key?: string, signal?: AbortSignal) => Promise<Response>
  /** The same request to the system on another address. */
  readonly sendTo: (url: string, instrument: string, idempotencyKey: string) => Promise<Response>
  /** How many resources the payment has made. */
  readonly made: (at?: string) => Promise<number>
}

interface Surface {
  readonly path: string
  /** Makes what a payment needs; the value told marks the payment. */
  readonly prepare?: (
    create: (path: string, body: object) => Promise<Row>,
    list: (path: string) => Promise<Row[]>,
  ) => Promise<string>
  readonly body: (mark: string, instrument: string, prepared: string) => Row | string
  readonly isMine: (row: Row, mark: string, prepared: string) => boolean
}

const card = { amount: 2000, currency: 'usd' }

const surfaces: Readonly<Record<SystemName, Surface>> = {
  stripe: {
    path: '/charges',
    body: (mark, source) => `amount=2000&currency=usd&source=${source}&metadata[test]=${mark}`,
    isMine: ({ metadata }, mark) => (metadata as Row).test === mark,
  },
  convergegate: {
    path: '/charges',
    prepare: async (create) => String((await create('/customers', { email: 'ada@example.com' })).id),
    body: (_mark, voucher, customer) => ({ ...card, customer, voucher }),
    isMine: ({ customer }, _mark, prepared) => customer === prepared,
  },
  capture: {
    path: '/charges',
    prepare: async (create) => String((await create('/prospects', { email: `${randomUUID()}@example.com` })).id),
    body: (_mark, source, prospect) => ({ ...card, prospect, source }),
    isMine: ({ prospect }, _mark, prepared) => prospect === prepared,
  },
  'field-errors': {
    path: '/payments',
    body: (mark, source) => ({ amount: 2000, email: `${mark}@example.com`, source }),
    isMine: ({ email }, mark) => email === `${mark}@example.com`,
  },
  currents: {
    path: '/runs',
    prepare: async (_create, list) => String((await list('/projects'))[0]?.projectId),
    body: (mark, paymentSource, projectId) => ({ projectId, ciBuildId: mark, paymentSource }),
    isMine: ({ ciBuildId }, mark) => ciBuildId === mark,
  },
  'error-list': {
    path: '/charges',
    body: (mark, source) => ({ ...card, source, description: mark }),
    isMine: ({ description }, mark) => description === mark,
  },
}

/** A payment of its own at a running system. */
export async function newCharging(url: string, { name, base, keys }: DescribedSystem): Promise<Charging> {
  const { path, prepare, body, isMine } = surfaces[name]
  const mark = randomUUID().replaceAll('-', '')
  const bearer = { authorization: `Bearer ${keys.full}` }

  async function create(at: string, fields: object): Promise<Row> {
    const headers = { ...bearer, 'content-type': 'application/json' }
    const response = await fetch(`${url}${base}${at}`, { method: 'POST', headers, body: JSON.stringify(fields) })
    if (response.status !== 200) throw new Error(`POST ${at}: ${response.status} ${await response.text()}`)
    return (await response.json()) as Row
  }

  async function list(at: string, from = url): Promise<Row[]> {
    const rows: Row[] = []
    for (let more = true, after = ''; more; after = `&starting_after=${rows.at(-1)?.id ?? rows.at(-1)?.runId}`) {
      const response = await fetch(`${from}${base}${at}?limit=100${after}`, { headers: bearer })
      const page = (await response.json()) as { data: Row[]; has_more: boolean }
      rows.push(...page.data)
      more = page.has_more
    }
    return rows
  }

  const prepared = (await prepare?.(create, (at) => list(at))) ?? ''
  function post(
    to: string,
    instrument: string,
    idempotencyKey: string | undefined,
    key = keys.full,
    signal?: AbortSignal,
  ) {
    const content = body(mark, instrument, prepared)
    const isForm = typeof content === 'string'
    return fetch(`${to}${base}${path}`, {
      method: 'POST',
      headers: {
        authorization: `Bearer ${key}`,
        'content-type': isForm ? 'application/x-www-form-urlencoded' : 'application/json',
        ...(idempotencyKey !== undefined && { 'idempotency-key': idempotencyKey }),
      },
      body: isForm ? content : JSON.stringify(content),
      ...(signal !== undefined && { signal }),
    })
  }

  return {
    request(instrument) {
      const content = body(mark, instrument, prepared)
      return { path: base + path, body: typeof content === 'string' ? new URLSearchParams(content) : content }
    },
    send: (instrument, idempotencyKey, key, signal) => post(url, instrument, idempotencyKey, key, signal),
    sendTo: post,
    made: async (at) => (await list(path, at)).filter((row) => isMine(row, mark, prepared)).length,
  }
}
