import { z } from 'zod'
import type { Resource } from '../../resources.ts'
import { amount, currency, text, timestamp } from '../../schemas.ts'

export const NewCustomer = z.strictObject({
  email: text,
  /** The caller's own name for the customer: no two customers share it. */
  reference: text.optional(),
  name: text.optional(),
})

export const CustomerSearch = z.strictObject({ reference: text })

export const NewVoucher = z.strictObject({
  /** The most that one charge may take. */
  amount,
  currency,
  /** The test instrument that decides how charges end. */
  instrument: text.default('vou_approved'),
})

export const NewCharge = z.strictObject({
  customer: text,
  /** Id of a voucher, or a test instrument. */
  voucher: text,
  amount,
  currency,
})

export interface Customer {
  readonly email: string
  readonly reference: string | null
  readonly name: string | null
}

export interface Voucher {
  readonly amount: number
  readonly currency: string
  readonly instrument: string
}

export interface Charge {
  readonly customer: string
  readonly voucher: string
  readonly amount: number
  readonly currency: string
  /** The account behind the voucher, as the processor names it. */
  readonly account: string
}

export const ShownCustomer = z.object({
  id: z.string(),
  object: z.literal('customer'),
  created: timestamp,
  email: z.string(),
  reference: z.string().nullable(),
  name: z.string().nullable(),
})

export const ShownVoucher = z.object({
  id: z.string(),
  object: z.literal('voucher'),
  created: timestamp,
  amount: z.int(),
  currency: z.string(),
  instrument: z.string(),
})

export const ShownCharge = z.object({
  id: z.string(),
  object: z.literal('charge'),
  created: timestamp,
  status: z.literal('succeeded'),
  customer: z.string(),
  voucher: z.string(),
  amount: z.int(),
  currency: z.string(),
  account: z.string(),
})

export function showCustomer({ id, created, data }: Resource<Customer>): z.infer<typeof ShownCustomer> {
  return { id, object: 'customer', created, ...data }
}

export function showVoucher({ id, created, data }: Resource<Voucher>): z.infer<typeof ShownVoucher> {
  return { id, object: 'voucher', created, ...data }
}

export function showCharge({ id, created, data }: Resource<Charge>): z.infer<typeof ShownCharge> {
  return { id, object: 'charge', created, status: 'succeeded', ...data }
}
