import type { ResolvedError } from '../contract/declaration.ts'
import type { HeaderEntry } from './reference.ts'

/** A response header by its canonical name. */
export type HeaderName = keyof typeof meanings

/** Those whose values no code alone decides. */
export type PlainHeaderName = Exclude<HeaderName, 'Error-Code' | ReturnedName>

/** Those that only a handler sends. */
type ReturnedName = 'ETag' | 'Location'

const meanings = {
  'Request-Id': 'Names this one exchange. Quote it when you ask for help.',
  'Error-Code': 'The code, whatever the body looks like.',
  Link: 'The page of the code in this reference, with rel="help".',
  'Cache-Control': 'no-store: an error is never cached.',
  'Retry-After': 'How many seconds to wait before the next try.',
  RateLimit: 'For each limit that counts the request: what is left, and in how many seconds there is more.',
  'RateLimit-Policy': 'The limits themselves: how many units in how many seconds.',
  'WWW-Authenticate': 'How to authenticate, and what is wrong with the key that came.',
  Allow: 'The methods that this URL has.',
  Accept: 'The media types that the operation reads.',
  'Accept-Encoding': 'The encodings of a body that the operation reads.',
  ETag: 'The version of the resource. Sent back as If-Match, it keeps a change from any later version.',
  Location: 'Where the new resource is.',
  'Idempotent-Replayed': 'true where this is the recorded answer to an earlier request with the same Idempotency-Key.',
} as const

/** What a guard reads of a request. */
export const requestMeanings = {
  'Idempotency-Key': 'The same on every try of one request, so that it takes effect once.',
  'If-Match': 'The ETag of the version to change.',
} as const

/**
 * A header that a handler answers with, as documents write it; of one that nobody here knows, its schema may tell.
 * @example
 * returnedEntry('etag', '').name // 'ETag'
 */
export function returnedEntry(name: string, description: string): HeaderEntry {
  const known = Object.entries(meanings).find(([one]) => one.toLowerCase() === name.toLowerCase())
  return { name: known?.[0] ?? headerCase(name), meaning: description === '' ? (known?.[1] ?? '') : description }
}

/**
 * A name in lower case as HTTP usually writes it.
 * @example
 * headerCase('x-time-zone') // 'X-Time-Zone'
 */
export function headerCase(name: string): string {
  return name.replace(/(?<![A-Za-z0-9])[a-z]/g, (letter) => letter.toUpperCase())
}

export function headerEntry(name: HeaderName): HeaderEntry {
  return { name, meaning: meanings[name] }
}

/** Headers of every error. */
export const headersOfErrors: readonly HeaderName[] = ['Request-Id', 'Error-Code', 'Link', 'Cache-Control']

const byName: Readonly<Record<string, readonly PlainHeaderName[]>> = {
  method_not_allowed: ['Allow'],
  unsupported_media_type: ['Accept', 'Accept-Encoding'],
  permission_denied: ['WWW-Authenticate'],
  rate_limited: ['RateLimit', 'RateLimit-Policy'],
}

/** Headers that come with a code besides those of every error (RFC 9110, RFC 6585, RFC 6750), whatever it folds to. */
export function headersOf({ name, status, retry }: ResolvedError): readonly PlainHeaderName[] {
  // Some code may be called `constructor`.
  const own = Object.hasOwn(byName, name) ? (byName[name] ?? []) : []
  return [
    ...(retry === 'after_delay' ? (['Retry-After'] as const) : []),
    ...(status === 401 && !own.includes('WWW-Authenticate') ? (['WWW-Authenticate'] as const) : []),
    ...own,
  ]
}
