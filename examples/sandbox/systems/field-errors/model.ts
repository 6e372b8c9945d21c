import { reply } from 'culpa'
import { z } from 'zod'
import type { PaidCard } from '../../payments.ts'
import type { Resource } from '../../resources.ts'
import { currency, text } from '../../schemas.ts'

/** Each broken rule gives a message of its own, so a field may get several. */
const email = z
  .email('The email must be a valid email address.')
  .max(64, 'The email must not be longer than 64 characters.')

/** In the smallest unit of the currency. */
const amount = z
  .number('The amount must be a number.')
  .refine(Number.isInteger, 'The amount must be a whole number.')
  .positive('The amount must be greater than 0.')
  .max(99_999_999, 'The amount must not be greater than 99999999.')

export const NewPayment = z.strictObject({
  email,
  amount,
  currency: currency.default('usd'),
  source: text.default('tok_visa'),
  reference: text.optional(),
})

export const PaymentChanges = z.strictObject({
  email: email.optional(),
  amount: amount.optional(),
  version: z.number().int().min(1).optional(),
})

export const PaymentReplacement = z.strictObject({ email, amount })

export const ReportPeriod = z
  .strictObject({
    from: z.iso.date({ error: 'The from parameter must be a date such as 2026-01-31.', abort: true }),
    to: z.iso.date({ error: 'The to parameter must be a date such as 2026-01-31.', abort: true }),
  })
  .refine(({ from, to }) => from <= to, { path: ['to'], message: 'The to parameter must not be before from.' })

export const TimeZone = z
  .string()
  .refine(isTimeZone, 'The header x-time-zone must name a time zone, such as Europe/Berlin.')

export interface Payment {
  readonly email: string
  readonly amount: number
  readonly currency: string
  readonly reference: string | null
  readonly locked: boolean
  readonly card: PaidCard
}

export function showPayment({ id, created, version, data }: Resource<Payment>): object {
  return { id, object: 'payment', created, version, ...data }
}

/** A payment with its ETag. */
export function answerPayment(payment: Resource<Payment>) {
  return reply(200, showPayment(payment), [['etag', etagOf(payment)]])
}

export function etagOf({ version }: Resource<Payment>): string {
  return `"${version}"`
}

function isTimeZone(name: string): boolean {
  try {
    return new Intl.DateTimeFormat('en', { timeZone: name }) !== undefined
  } catch {
    return false
  }
}
