import { z } from 'zod'
import type { PaidCard } from '../../processor-client.ts'
import type { Resource } from '../../resources.ts'
import { amount, currency, paidCard, text, timestamp } from '../../schemas.ts'

/** Any text will do as an address: only a mail that arrives tells whether it is one. */
export const NewProspect = z.strictObject({
  email: text,
  name: text.optional(),
  hidden: z.boolean().default(false),
})

export const ProspectSearch = z.strictObject({ email: text })

export const NewCharge = z.strictObject({
  prospect: text,
  amount,
  currency,
  /** Token or number of a test card. */
  source: text,
})

export interface Prospect {
  readonly email: string
  readonly name: string | null
  /** True when only administrators may see it. */
  readonly hidden: boolean
}

export interface Charge {
  readonly prospect: string
  readonly amount: number
  readonly currency: string
  readonly card: PaidCard
}

export const ShownProspect = z.object({
  id: z.string(),
  object: z.literal('prospect'),
  created: timestamp,
  email: z.string(),
  name: z.string().nullable(),
  hidden: z.boolean(),
})

export const ShownCharge = z.object({
  id: z.string(),
  object: z.literal('charge'),
  created: timestamp,
  status: z.literal('succeeded'),
  prospect: z.string(),
  amount: z.int(),
  currency: z.string(),
  card: paidCard,
})

export function showProspect({ id, created, data }: Resource<Prospect>): z.infer<typeof ShownProspect> {
  return { id, object: 'prospect', created, ...data }
}

export function showCharge({ id, created, data }: Resource<Charge>): z.infer<typeof ShownCharge> {
  return { id, object: 'charge', created, status: 'succeeded', ...data }
}
