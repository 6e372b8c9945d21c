import { type ApiCall, toApiCall } from './api-call.ts'
import type { ApiClientError } from './api-client-error.ts'
import { runCall } from './call.ts'
import type { CallInput, CallOptions, ClientState } from './client-options.ts'
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

/** The methods of a client, types erased. */
export function makeClient(client: ClientState): UntypedClient {
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
