import type { AboutBody, CountsBody, EntryBody, PageBody, TryBody } from '../wire.ts'
import { type Filters, filterQuery } from './place.ts'

/** What the console's API says went wrong. */
export class ConsoleError extends Error {}

export const about = () => get<AboutBody>('/console/about')
export const entry = (id: number) => get<EntryBody>(`/console/log/${id}`)

export function lines(filters: Filters, before?: number, limit = 200): Promise<PageBody> {
  const query = filterQuery(filters)
  query.set('limit', String(limit))
  if (before !== undefined) query.set('before', String(before))
  return get(`/console/log?${query}`)
}

export function counts(filters: Filters, minutes: number, slots: number): Promise<CountsBody> {
  const query = filterQuery({ ...filters, request_id: '' })
  query.set('minutes', String(minutes))
  query.set('slots', String(slots))
  return get(`/console/counts?${query}`)
}

/** Has the server run a trigger that a browser cannot send. */
export function tryOnServer(system: string, index: number): Promise<TryBody> {
  return get('/console/tries', {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ system, index }),
  })
}

async function get<Body>(path: string, options: RequestInit = {}): Promise<Body> {
  const response = await fetch(path, { cache: 'no-store', credentials: 'same-origin', ...options })
  if (response.ok) return (await response.json()) as Body
  throw new ConsoleError(await messageOf(response))
}

async function messageOf(response: Response): Promise<string> {
  try {
    const { title, detail } = (await response.json()) as { title: string; detail?: string }
    return detail ?? title
  } catch {
    return `The console answered with ${response.status}.`
  }
}
