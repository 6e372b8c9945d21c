import { type Caller, type Contract, refusal, requireOwned } from 'culpa'
import { z } from 'zod'
import type { Work } from './database/work.ts'
import type { Page, Resource, Resources } from './resources.ts'

/** Query of every list. */
export const listQuery = z.strictObject({
  limit: z.coerce.number<number>().int().min(1).max(100).default(10),
  starting_after: z.string().min(1).optional(),
})

export const currency = z
  .string()
  .regex(/^[a-zA-Z]{3}$/, 'Must be a three-letter currency code.')
  .transform((code) => code.toLowerCase())

/** Amount in the smallest unit of the currency. */
export const amount = z.number().int().min(1).max(99_999_999)

export const text = z.string().min(1).max(500)

/** Seconds since the epoch, in answers. */
export const timestamp = z.int()

/** The card of a payment, in answers. */
export const paidCard = z.object({ brand: z.string(), last4: z.string(), fingerprint: z.string() })

/** How an API answers a list of these. */
export function shownList<Item extends z.ZodType>(item: Item) {
  return z.object({ data: z.array(item), has_more: z.boolean() })
}

/** How an API answers the removal of a resource. */
export function shownDeleted<const Kind extends string>(kind: Kind) {
  return z.object({ id: z.string(), object: z.literal(kind), deleted: z.literal(true) })
}

/** Codes that an operation on one resource may meet, where another organisation's resource looks like none. */
export const ownedErrors = ['resource_missing', 'resource_gone'] as const

/** The same where the contract tells the two apart. */
export const openlyOwnedErrors = [...ownedErrors, 'resource_forbidden'] as const

/** Codes that an operation which pays may meet, besides those of its business. */
export const paymentErrors = ['upstream_invalid', 'service_unavailable', 'parameter_invalid'] as const

/** A page of the caller's resources, in creation order. */
export function* listOf<Data extends object>(
  resources: Resources<Data>,
  caller: Caller,
  { limit, starting_after }: z.infer<typeof listQuery>,
): Work<Page<Data>> {
  if (starting_after !== undefined && (yield* resources.find(starting_after))?.tenant !== caller.tenant) {
    throw refusal('resource_missing', { param: 'starting_after' })
  }
  return yield* resources.list(caller.tenant, limit, starting_after)
}

/** How an API answers a list; `show` makes the items. */
export function listAnswer<Data extends object, Shown>(
  { items, hasMore }: Page<Data>,
  show: (resource: Resource<Data>) => Shown,
) {
  return { data: items.map(show), has_more: hasMore }
}

/** The caller's resource of this id, with what the contract says about those of others. */
export function* owned<Data extends object>(
  resources: Resources<Data>,
  id: string,
  caller: Caller,
  contract: Contract,
  param = 'id',
): Work<Resource<Data>> {
  return requireOwned(yield* resources.find(id), caller, contract, param)
}
