import type { ApiRequest } from 'culpa'
import type { TriggerStep } from './trigger.ts'

/** A step as a request that never was on a wire. */
export function requestOf({ method, path, headers, body }: TriggerStep): ApiRequest {
  return {
    method,
    target: path,
    address: '127.0.0.1',
    signal: new AbortController().signal,
    hasBody: body !== null,
    header: (name) => headers[name],
    headerCount: (name) => (headers[name] === undefined ? 0 : 1),
    headers: () => Object.entries(headers),
    body: async () => new TextEncoder().encode(body ?? ''),
  }
}
