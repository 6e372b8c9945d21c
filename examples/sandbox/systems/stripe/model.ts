import { z } from 'zod'
import type { PaidCard } from '../../processor-client.ts'
import type { Page, Resource } from '../../resources.ts'
import { currency, paidCard, text, timestamp } from '../../schemas.ts'

const metadata = z.record(z.string().max(40), z.string().max(500)).optional()
const expand = z.array(z.string()).optional()
const wholeNumber = (min: number) => z.coerce.number<number>().int().min(min).max(99_999_999)

const cardFields = z.object({
  object: z.literal('card').optional(),
  number: z.string().min(1),
  exp_month: z.coerce.number<number>().int().min(1).max(12).optional(),
  exp_year: z.coerce.number<number>().int().optional(),
  cvc: z.string().optional(),
  name: z.string().optional(),
})

export const NewCustomer = z.strictObject({
  id: z
    .string()
    .regex(/^[\w-]{1,100}$/)
    .optional(),
  email: z.string().max(512).optional(),
  name: text.optional(),
  description: text.optional(),
  phone: z.string().max(40).optional(),
  metadata,
  expand,
})

export const NewCharge = z.strictObject({
  amount: wholeNumber(0),
  currency,
  source: z.union([z.string().min(1), cardFields]),
  customer: z.string().optional(),
  description: text.optional(),
  receipt_email: z.string().optional(),
  statement_descriptor: z.string().max(22).optional(),
  metadata,
  expand,
})

export const NewRefund = z.strictObject({
  charge: z.string().min(1),
  amount: wholeNumber(1).optional(),
  reason: z.enum(['duplicate', 'fraudulent', 'requested_by_customer']).optional(),
  metadata,
  expand,
})

export interface Customer {
  readonly email: string | null
  readonly name: string | null
  readonly description: string | null
  readonly phone: string | null
  readonly metadata: Readonly<Record<string, string>>
}

export interface Charge {
  readonly amount: number
  readonly currency: string
  readonly customer: string | null
  readonly description: string | null
  readonly metadata: Readonly<Record<string, string>>
  readonly card: PaidCard
  readonly amount_refunded: number
}

export interface Refund {
  readonly amount: number
  readonly currency: string
  readonly charge: string
  readonly reason: string | null
  readonly metadata: Readonly<Record<string, string>>
}

const shownMetadata = z.record(z.string(), z.string())

export const ShownCustomer = z.object({
  id: z.string(),
  object: z.literal('customer'),
  created: timestamp,
  livemode: z.literal(false),
  email: z.string().nullable(),
  name: z.string().nullable(),
  description: z.string().nullable(),
  phone: z.string().nullable(),
  metadata: shownMetadata,
})

export const ShownCharge = z.object({
  id: z.string(),
  object: z.literal('charge'),
  created: timestamp,
  livemode: z.literal(false),
  status: z.literal('succeeded'),
  paid: z.literal(true),
  captured: z.literal(true),
  refunded: z.boolean(),
  amount: z.int(),
  currency: z.string(),
  customer: z.string().nullable(),
  description: z.string().nullable(),
  metadata: shownMetadata,
  amount_refunded: z.int(),
  payment_method_details: z.object({ type: z.literal('card'), card: paidCard }),
})

export const ShownRefund = z.object({
  id: z.string(),
  object: z.literal('refund'),
  created: timestamp,
  status: z.literal('succeeded'),
  amount: z.int(),
  currency: z.string(),
  charge: z.string(),
  reason: z.string().nullable(),
  metadata: shownMetadata,
})

/** How this API answers a list of these. */
export function shownPage<Item extends z.ZodType>(item: Item) {
  return z.object({ object: z.literal('list'), url: z.string(), has_more: z.boolean(), data: z.array(item) })
}

export function showCustomer({ id, created, data }: Resource<Customer>): z.infer<typeof ShownCustomer> {
  return { id, object: 'customer', created, livemode: false, ...data }
}

export function showCharge({ id, created, data }: Resource<Charge>): z.infer<typeof ShownCharge> {
  const { card, ...rest } = data
  return {
    id,
    object: 'charge',
    created,
    livemode: false,
    status: 'succeeded',
    paid: true,
    captured: true,
    refunded: rest.amount === rest.amount_refunded,
    ...rest,
    payment_method_details: { type: 'card', card },
  }
}

export function showRefund({ id, created, data }: Resource<Refund>): z.infer<typeof ShownRefund> {
  return { id, object: 'refund', created, status: 'succeeded', ...data }
}

export function list<Data extends object, Shown>(
  url: string,
  page: Page<Data>,
  show: (resource: Resource<Data>) => Shown,
) {
  return { object: 'list', url, has_more: page.hasMore, data: page.items.map(show) }
}
