import { z } from 'zod'
import type { PaidCard } from '../../processor-client.ts'
import type { Resource } from '../../resources.ts'
import { amount, currency, text } from '../../schemas.ts'

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

export function showProspect({ id, created, data }: Resource<Prospect>) {
  return { id, object: 'prospect', created, ...data }
}

export function showCharge({ id, created, data }: Resource<Charge>) {
  return { id, object: 'charge', created, status: 'succeeded', ...data }
}
