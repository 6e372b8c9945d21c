import { allReaders } from '../formats/all-readers.ts'
import type { ClientOptions } from './client-options.ts'
import { toClientState } from './client-state.ts'
import { type Client, makeClient, type UntypedClient } from './make-client.ts'
import type { ApiShape, UnkeyedOption } from './operation-types.ts'

/**
 * Makes a client of any API over HTTP and JSON, whose errors are written in a format, or in whatever `auto` finds. A call
 * that fails throws an {@link ApiClientError}, or gives it as a value with `safe()`; it is retried where that can help and
 * cannot do anything twice.
 * @throws {TypeError} for options that contradict HTTP; a call rejects with one for input that makes no request
 * @example
 * const client = createClient({ baseUrl: 'https://api.example.com', apiKey, format: 'auto' })
 * const charge = await client.get('/v1/charges/:id', { params: { id: 'ch_1' } })
 */
export function createClient(options: ClientOptions & Required<Pick<ClientOptions, 'format'>>): UntypedClient
/**
 * Makes a client of an API whose type is known: paths, input, data and errors are checked by the compiler. A call that
 * fails throws an {@link ApiClientError}, or gives it as a value with `safe()`; it is retried where that can help and cannot
 * do anything twice.
 * @throws {TypeError} for options that contradict HTTP; a call rejects with one for input that makes no request
 * @example
 * const client = createClient<typeof api>({ baseUrl: 'https://api.example.com', apiKey })
 * const charge = await client.post('/v1/charges', { body: { amount: 2000 } })
 * const { ok, data, error } = await client.get('/v1/charges/:id', { params: { id: charge.id } }).safe()
 */
export function createClient<Api extends ApiShape>(
  options: Omit<ClientOptions, 'format' | 'unkeyed'> & UnkeyedOption<Api>,
): Client<Api>
export function createClient(options: ClientOptions): unknown {
  return makeClient(toClientState({ ...options, readers: allReaders }))
}
