import type { SystemName } from './documented.ts'

/** A request that succeeds. `{id}` stands for the id of what the request before it has made. */
export interface Success {
  readonly method: string
  readonly path: string
  readonly body?: string
}

const get = (path: string): Success => ({ method: 'GET', path })
const send = (method: string, path: string, body: object): Success => ({ method, path, body: JSON.stringify(body) })
const form = (path: string, body: Record<string, string>): Success => ({
  method: 'POST',
  path,
  body: new URLSearchParams(body).toString(),
})
const bare = (method: string, path: string): Success => ({ method, path })

/** Every operation of every system, successfully called, in an order in which each finds what it needs. */
export const successes: Readonly<Record<SystemName, readonly Success[]>> = {
  stripe: [
    get('/v1/customers'),
    form('/v1/customers', { email: 'ada@example.com', 'metadata[order]': '1' }),
    get('/v1/customers/{id}'),
    bare('DELETE', '/v1/customers/{id}'),
    form('/v1/charges', { amount: '2000', currency: 'usd', source: 'tok_visa' }),
    get('/v1/charges/{id}'),
    form('/v1/refunds', { charge: '{id}', amount: '500' }),
    get('/v1/charges'),
  ],
  convergegate: [
    { ...send('POST', '/convergegate/v1/customers', { email: 'ada@example.com', reference: 'reader' }) },
    get('/convergegate/v1/customers/{id}'),
    send('POST', '/convergegate/v1/charges', {
      ...{ customer: '{id}', voucher: 'vou_approved' },
      ...{ amount: 2000, currency: 'usd' },
    }),
    get('/convergegate/v1/charges/{id}'),
    get('/convergegate/v1/customers/search?reference=reader'),
    get('/convergegate/v1/customers'),
    get('/convergegate/v1/charges'),
    send('POST', '/convergegate/v1/vouchers', { amount: 2000, currency: 'usd' }),
  ],
  capture: [
    send('POST', '/capture/v1/prospects', { email: 'reader@example.com', name: 'A reader' }),
    get('/capture/v1/prospects/search?email=reader@example.com'),
    get('/capture/v1/prospects/{id}'),
    bare('DELETE', '/capture/v1/prospects/{id}'),
    get('/capture/v1/prospects'),
    send('POST', '/capture/v1/charges', { prospect: 'pro_1', amount: 2000, currency: 'usd', source: 'tok_visa' }),
    get('/capture/v1/charges'),
  ],
  'field-errors': [
    send('POST', '/field-errors/v1/payments', { email: 'ada@example.com', amount: 2000 }),
    get('/field-errors/v1/payments/{id}'),
    send('PATCH', '/field-errors/v1/payments/{id}', { amount: 2500 }),
    send('PUT', '/field-errors/v1/payments/{id}', { email: 'ada@example.com', amount: 3000 }),
    bare('POST', '/field-errors/v1/payments/{id}/lock'),
    bare('POST', '/field-errors/v1/payments/{id}/unlock'),
    bare('DELETE', '/field-errors/v1/payments/{id}'),
    get('/field-errors/v1/payments'),
    get('/field-errors/v1/reports?from=2026-01-01&to=2099-12-31'),
    get('/field-errors/v1/reports/daily'),
  ],
  currents: [
    get('/currents/v1/projects'),
    get('/currents/v1/projects/prj_1'),
    send('POST', '/currents/v1/runs', { projectId: 'prj_1', ciBuildId: 'reader' }),
    get('/currents/v1/runs/{id}'),
    bare('POST', '/currents/v1/runs/{id}/cancel'),
    get('/currents/v1/runs/search?ciBuildId=reader'),
    get('/currents/v1/runs?projectId=prj_1'),
  ],
  'error-list': [
    send('POST', '/error-list/v1/charges', {
      ...{ amount: 2000, currency: 'usd' },
      ...{ source: 'tok_visa', description: 'reader' },
    }),
    get('/error-list/v1/charges/{id}'),
    get('/error-list/v1/charges/search?description=reader'),
    get('/error-list/v1/charges'),
  ],
}

/** The headers that all of them take: what an operation does not read, it ignores. */
export function successHeaders(key: string, { path, body }: Success): Readonly<Record<string, string>> {
  const type = path.startsWith('/v1/') ? 'application/x-www-form-urlencoded' : 'application/json'
  return {
    authorization: `Bearer ${key}`,
    'x-time-zone': 'Europe/Berlin',
    ...(path.endsWith('/vouchers') && { 'idempotency-key': 'reader' }),
    ...(body !== undefined && { 'content-type': type }),
  }
}
