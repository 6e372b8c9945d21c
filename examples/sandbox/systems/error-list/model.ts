import { z } from 'zod'
import type { PaidCard } from '../../processor-client.ts'
import type { Resource } from '../../resources.ts'
import { amount, currency, paidCard, text, timestamp } from '../../schemas.ts'

export const minimumAmount = 50
export const currencies: readonly string[] = ['usd', 'eur', 'gbp']

export const NewCharge = z.strictObject({
  amount,
  currency,
  source: text,
  description: text.optional(),
})

export const ChargeSearch = z.strictObject({ description: text })

export interface Charge {
  readonly amount: number
  readonly currency: string
  readonly description: string | null
  readonly card: PaidCard
}

export const ShownCharge = z.object({
  id: z.string(),
  object: z.literal('charge'),
  created: timestamp,
  status: z.literal('succeeded'),
  amount: z.int(),
  currency: z.string(),
  description: z.string().nullable(),
  card: paidCard,
})

export function showCharge({ id, created, data }: Resource<Charge>): z.infer<typeof ShownCharge> {
  return { id, object: 'charge', created, status: 'succeeded', ...data }
}
