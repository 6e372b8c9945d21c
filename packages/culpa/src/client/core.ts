import type { BodyReader } from '../formats/body-reader.ts'
import type { ClientOptions } from './client-options.ts'
import { toClientState } from './client-state.ts'
import { type Client, makeClient, type UntypedClient } from './make-client.ts'
import type { ApiShape, UnkeyedOption } from './operation-types.ts'

export { currentsReader } from '../formats/currents-reader.ts'
export { errorListReader } from '../formats/error-list-reader.ts'
export { fieldErrorsReader } from '../formats/field-errors-reader.ts'
export { googleReader } from '../formats/google-reader.ts'
export { jsonapiReader } from '../formats/jsonapi-reader.ts'
export { problemReader } from '../formats/problem-reader.ts'
export { stripeReader } from '../formats/stripe-reader.ts'
export type { BodyReader }

/** Which formats a client can read, the likeliest first. */
export interface Readers {
  readonly readers: readonly BodyReader[]
}

/**
 * `createClient` of `culpa/client` for pages that count their bytes: it reads the formats it is given and no other. With
 * `auto` the first that a body looks like reads it; an error that looks like none has its status, its class by that, and
 * its body as text.
 * @throws {TypeError} for options that contradict HTTP; a call rejects with one for input that makes no request
 * @example
 * const client = createClient<typeof api>({ baseUrl: 'https://api.example.com', readers: [stripeReader] })
 */
export function createClient(options: ClientOptions & Required<Pick<ClientOptions, 'format'>> & Readers): UntypedClient
/**
 * `createClient` of `culpa/client` for pages that count their bytes: it reads the formats it is given and no other. With
 * `auto` the first that a body looks like reads it; an error that looks like none has its status, its class by that, and
 * its body as text.
 * @throws {TypeError} for options that contradict HTTP; a call rejects with one for input that makes no request
 * @example
 * const client = createClient<typeof api>({ baseUrl: 'https://api.example.com', readers: [stripeReader] })
 */
export function createClient<Api extends ApiShape>(
  options: Omit<ClientOptions, 'format' | 'unkeyed'> & UnkeyedOption<Api> & Readers,
): Client<Api>
export function createClient(options: ClientOptions & Readers): unknown {
  return makeClient(toClientState(options))
}
