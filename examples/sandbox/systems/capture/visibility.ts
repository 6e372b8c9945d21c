import type { Caller } from 'culpa'
import type { z } from 'zod'
import type { Work } from '../../database/work.ts'
import type { Page, Resource, Resources } from '../../resources.ts'
import { listOf, type listQuery } from '../../schemas.ts'
import type { CaptureContract } from './contract.ts'
import type { Prospect } from './model.ts'

/** Prospects to look at in one go while hidden ones are skipped. */
const batch = 100

/**
 * The prospect, if the caller may see it.
 * @throws {ApiError} `prospect_hidden`
 */
export function visible(
  prospect: Resource<Prospect>,
  caller: Caller,
  contract: CaptureContract,
  param = 'id',
): Resource<Prospect> {
  if (maySee(prospect, caller)) return prospect
  throw contract.errors.prospect_hidden({ param })
}

/** A page of the prospects that the caller may see; hidden ones take no place in it. */
export function* listVisible(
  prospects: Resources<Prospect>,
  caller: Caller,
  { limit, starting_after }: z.infer<typeof listQuery>,
): Work<Page<Prospect>> {
  const found: Resource<Prospect>[] = []
  let after = starting_after
  for (;;) {
    const { items, hasMore } = yield* listOf(prospects, caller, { limit: batch, starting_after: after })
    found.push(...items.filter((prospect) => maySee(prospect, caller)))
    if (found.length > limit || !hasMore) return { items: found.slice(0, limit), hasMore: found.length > limit }
    after = items.at(-1)?.id
  }
}

function maySee({ data }: Resource<Prospect>, { scopes }: Caller): boolean {
  return !data.hidden || scopes.includes('admin')
}
