import { kindOf } from './kind-of.ts'

/** A value in a query: a list becomes `name[]=…` for each item (of objects `name[0][key]=…`), an object `name[key]=…`. */
export type QueryValue =
  | string
  | number
  | boolean
  | Date
  | null
  | undefined
  | readonly QueryValue[]
  | { readonly [key: string]: QueryValue }

/**
 * The URL of a request. Each parameter is one segment of the path, whatever it holds.
 * @param baseUrl without a slash at its end
 * @throws {TypeError} for a path that does not start with `/`, and for a parameter that is missing, empty, `.` or `..`:
 * it would ask for another resource
 * @example
 * requestUrl('https://api.example.com', '/v1/charges/:id', { id: 'ch/1' }, { expand: ['customer'] })
 * // https://api.example.com/v1/charges/ch%2F1?expand[]=customer
 */
export function requestUrl(
  baseUrl: string,
  path: string,
  params: Readonly<Record<string, unknown>> = {},
  query?: unknown,
): string {
  if (!path.startsWith('/')) throw new TypeError('path: no slash in front')
  // Split, not replaced: this is done for every call, and a pattern with a callback costs several times as much.
  const [first, ...rest] = path.split('/:')
  const filled = rest.map((part) => {
    const [name = ''] = part.split(/\W/)
    const value = String(params[name] ?? '')
    if (/^\.{0,2}$/.test(value)) throw new TypeError(`params.${name}: no path segment`)
    return `/${encodeURIComponent(value)}${part.slice(name.length)}`
  })
  const whole = baseUrl + first + filled.join('')
  // Parsed only for a query: `fetch` parses it anyway.
  if (!query) return whole
  const url = new URL(whole)
  append(url.searchParams, '', query)
  return url.href
}

/** The part of a URL or a path that names a resource. */
export function withoutQuery(url: string): string {
  return url.replace(/[?#].*/s, '')
}

/** Writes a value into a query or a form; gives that back. */
export function append(search: URLSearchParams, name: string, value: unknown): URLSearchParams {
  if (value === undefined || value === null) return search
  const text = value instanceof Date ? value.toISOString() : value
  if (typeof text !== 'object') {
    search.append(name, String(text))
    return search
  }
  const members = kindOf(value) === 'URLSearchParams' ? (value as URLSearchParams) : Object.entries(value)
  for (const [key, member] of members) {
    // The members of an object must be told from those of the next one.
    const isLoose = typeof member !== 'object' || member instanceof Date
    const within = Array.isArray(value) && isLoose ? '' : key
    append(search, name ? `${name}[${within}]` : key, member)
  }
  return search
}
