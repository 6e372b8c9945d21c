import type { ApiCall } from './api-call.ts'
import type { CallInput } from './client-options.ts'

/** A page of a list. */
export interface Page<Item> {
  readonly data: readonly Item[]
  readonly has_more: boolean
}

/** Asks for one page. */
export type AskPage<Item> = (query: object) => ApiCall<Page<Item>>

/**
 * The items of all pages, one page asked for at a time and only when it is needed.
 * @param cursor gives the id of an item, to be sent as `starting_after`
 * @throws {TypeError} where the next page would be the same one again: a list that never ends
 */
export async function* itemsOf<Item>(
  ask: AskPage<Item>,
  query: CallInput['query'],
  cursor: (item: Item) => string,
): AsyncGenerator<Item, void, undefined> {
  let after: string | undefined
  for (;;) {
    const page = await ask({ ...(query as object), ...(after !== undefined && { starting_after: after }) })
    yield* page.data
    const last = page.data.at(-1)
    if (!page.has_more || last === undefined) return
    const next = cursor(last)
    if (next === after || !next) throw new TypeError('list: the last item of a page has no id to go on from')
    after = next
  }
}
