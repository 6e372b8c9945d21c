import { type ApiCall, toApiCall } from './api-call.ts'
import type { ApiClientError } from './api-client-error.ts'
import { allReaders } from './body-readers.ts'
import { runCall } from './call.ts'
import type { CallInput, CallOptions, ClientOptions } from './client-options.ts'
import { toClientState } from './client-state.ts'
import type {
  ApiShape,
  CallError,
  DataOf,
  ErrorsOf,
  InputOf,
  ItemOf,
  ListPathOf,
  PathOf,
  RenamedOf,
  UnkeyedOption,
} from './operation-types.ts'
import { type CursorOption, itemsOf } from './paginate.ts'
import type { SafeResult } from './safe-result.ts'

type Given<Input> = Record<never, never> extends Input ? [input?: Input & CallOptions] : [input: Input & CallOptions]

type Method<Api extends ApiShape, Name extends string> = <Path extends PathOf<Api, Name>>(
  path: Path,
  ...input: Given<InputOf<Api, `${Name} ${Path}`>>
) => ApiCall<
  DataOf<Api, `${Name} ${Path}`>,
  CallError<ErrorsOf<Api, `${Name} ${Path}`>, RenamedOf<Api, `${Name} ${Path}`>>
>

/** A client of an API whose type is known: paths, input, data and errors are checked by the compiler. */
export interface Client<Api extends ApiShape> {
  readonly get: Method<Api, 'GET'>
  readonly post: Method<Api, 'POST'>
  readonly put: Method<Api, 'PUT'>
  readonly patch: Method<Api, 'PATCH'>
  readonly delete: Method<Api, 'DELETE'>
  /** The items of a list, page after page. `cursor` gives what to go on after; default: the item's `id`. */
  list<Path extends ListPathOf<Api>>(
    path: Path,
    ...input: Given<InputOf<Api, `GET ${Path}`> & CursorOf<ItemOf<DataOf<Api, `GET ${Path}`>>>>
  ): AsyncGenerator<ItemOf<DataOf<Api, `GET ${Path}`>>, void, undefined>
}

/** Items without an `id` need a cursor. */
type CursorOf<Item> = [Item] extends [{ readonly id: unknown }] ? CursorOption<Item> : Required<CursorOption<Item>>

type AnyInput = CallInput & CallOptions
type AnyMethod = <Data = unknown>(path: string, input?: AnyInput) => ApiCall<Data>

/** A client of any API over HTTP and JSON. */
export interface UntypedClient {
  readonly get: AnyMethod
  readonly post: AnyMethod
  readonly put: AnyMethod
  readonly patch: AnyMethod
  readonly delete: AnyMethod
  request<Data = unknown>(method: string, path: string, input?: AnyInput): ApiCall<Data>
  list<Item = unknown>(path: string, input?: AnyInput & CursorOption<Item>): AsyncGenerator<Item, void, undefined>
}

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
  const client = toClientState(options, allReaders)

  function request<Data>(method: string, path: string, input: AnyInput = {}): ApiCall<Data> {
    // One cast: what a server answers with is taken at its word.
    return toApiCall(runCall(client, method.toUpperCase(), path, input) as Promise<SafeResult<Data, ApiClientError>>)
  }

  const method =
    (name: string): AnyMethod =>
    (path, input) =>
      request(name, path, input)
  return {
    request,
    get: method('GET'),
    post: method('POST'),
    put: method('PUT'),
    patch: method('PATCH'),
    delete: method('DELETE'),
    list: <Item>(path: string, input: AnyInput & CursorOption<Item> = {}) => itemsOf<Item>(request, path, input),
  } satisfies UntypedClient
}
