import { z } from 'zod'
import type { PaidCard } from '../../processor-client.ts'
import type { Page, Resource } from '../../resources.ts'
import { currency, text } from '../../schemas.ts'

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

export function showCustomer({ id, created, data }: Resource<Customer>) {
  return { id, object: 'customer', created, livemode: false, ...data }
}

export function showCharge({ id, created, data }: Resource<Charge>) {
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

export function showRefund({ id, created, data }: Resource<Refund>) {
  return { id, object: 'refund', created, status: 'succeeded', ...data }
}

export function list<Data extends object, Shown>(
  url: string,
  page: Page<Data>,
  show: (resource: Resource<Data>) => Shown,
) {
  return { object: 'list', url, has_more: page.hasMore, data: page.items.map(show) }
}
