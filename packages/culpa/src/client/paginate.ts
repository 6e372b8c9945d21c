import type { ApiCall } from './api-call.ts'
import type { CallInput } from './client-options.ts'

/** A page of a list. */
export interface Page<Item> {
  readonly data: readonly Item[]
  readonly has_more: boolean
}

/** What a list can be told besides. */
export interface CursorOption<Item> {
  /** Gives what to go on after; default: the item's `id`. */
  readonly cursor?: (item: Item) => string
}

/** Asks for one page. */
export type AskPage<Item> = (method: string, path: string, input: CallInput) => ApiCall<Page<Item>>

/**
 * The items of all pages, one page asked for at a time and only when it is needed; the last item of a page is where the
 * next goes on from, sent as `starting_after`.
 * @throws {TypeError} where the next page would be the same one again: a list that never ends
 */
export async function* itemsOf<Item>(
  ask: AskPage<Item>,
  path: string,
  { cursor = (item) => (item as { readonly id?: string }).id ?? '', query, ...input }: CallInput & CursorOption<Item>,
): AsyncGenerator<Item, void, undefined> {
  let after = ''
  for (;;) {
    const asked = { ...(query as object), ...(after && { starting_after: after }) }
    const page = await ask('GET', path, { ...input, query: asked })
    if (!Array.isArray(page?.data)) throw new TypeError('list: no data')
    yield* page.data
    const last = page.data.at(-1)
    if (!page.has_more || last === undefined) return
    const next = cursor(last)
    if (next === after || !next) throw new TypeError('list: no id to go on from')
    after = next
  }
}
