import { reply } from 'culpa'
import { z } from 'zod'
import type { PaidCard } from '../../processor-client.ts'
import type { Resource } from '../../resources.ts'
import { currency, paidCard, text, timestamp } from '../../schemas.ts'

/** Each broken rule gives a message of its own, so a field may get several. */
const email = z
  .email('email needs to be an address such as ada@example.com.')
  .max(64, 'email has room for 64 characters.')

/** In the smallest unit of the currency. */
const amount = z
  .number('amount needs to be a number.')
  .refine(Number.isInteger, 'amount counts in whole units.')
  .positive('amount has to be above zero.')
  .max(99_999_999, 'amount goes up to 99999999.')

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
    from: z.iso.date({ error: 'from needs to be a date such as 2026-01-31.', abort: true }),
    to: z.iso.date({ error: 'to needs to be a date such as 2026-01-31.', abort: true }),
  })
  .refine(({ from, to }) => from <= to, { path: ['to'], message: 'to cannot lie before from.' })

export const TimeZone = z.string().refine(isTimeZone, 'x-time-zone needs to name a time zone, such as Europe/Berlin.')

export interface Payment {
  readonly email: string
  readonly amount: number
  readonly currency: string
  readonly reference: string | null
  readonly locked: boolean
  readonly card: PaidCard
}

export const ShownPayment = z.object({
  id: z.string(),
  object: z.literal('payment'),
  created: timestamp,
  version: z.int(),
  email: z.string(),
  amount: z.int(),
  currency: z.string(),
  reference: z.string().nullable(),
  locked: z.boolean(),
  card: paidCard,
})

/** The version of a payment, as answers about one payment carry it. */
export const versionHeader = {
  etag: z
    .string()
    .regex(/^"\d+"$/)
    .max(20),
}

const totals = { currency: z.string(), count: z.int(), amount: z.int() }

export const ShownReport = z.object({ from: z.string(), to: z.string(), data: z.array(z.object(totals)) })

export const ShownDays = z.object({
  time_zone: z.string(),
  data: z.array(z.object({ day: z.iso.date(), ...totals })),
})

export function showPayment({ id, created, version, data }: Resource<Payment>): z.infer<typeof ShownPayment> {
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
