import type { ResolvedError } from '../contract/declaration.ts'
import type { HeaderEntry } from './reference.ts'

/** A response header by its canonical name. */
export type HeaderName = keyof typeof meanings

/** Those whose values no code alone decides. */
export type PlainHeaderName = Exclude<HeaderName, 'Error-Code'>

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
  'Idempotent-Replayed': 'true where this is the recorded answer to an earlier request with the same Idempotency-Key.',
} as const

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
