import type { DatabaseSync } from 'node:sqlite'
import { Resources } from '../../resources.ts'
import type { Payment } from './model.ts'

const paymentKind = 'field-errors/payment'

/** What was paid in one currency, in a span of time that begins at `start` (seconds since the epoch). */
export interface Total {
  readonly start: number
  readonly currency: string
  readonly count: number
  readonly amount: number
}

/** Where the field-errors API keeps what it made. */
export function fieldErrorsTables(database: DatabaseSync) {
  return {
    payments: new Resources<Payment>(database, paymentKind, 'pay'),
    references: new Resources<{ readonly owner: string }>(database, 'field-errors/reference', 'ref'),
    /** Totals of a tenant's payments from `from` to before `to`, by spans of `seconds`. */
    totals: (tenant: string, from: number, to: number, seconds: number): Total[] =>
      database
        .prepare(totalsQuery)
        .all(from, seconds, paymentKind, tenant, to)
        .map(({ span, currency, count, amount }) => ({
          start: from + Number(span) * seconds,
          currency: String(currency),
          count: Number(count),
          amount: Number(amount),
        })),
  }
}

export type FieldErrorsTables = ReturnType<typeof fieldErrorsTables>

/** The driver binds every number as a REAL; whole spans need whole numbers. */
const totalsQuery = `
  SELECT (created - CAST(?1 AS INTEGER)) / CAST(?2 AS INTEGER) AS span, data ->> 'currency' AS currency,
    count(*) AS count, sum(data ->> 'amount') AS amount
  FROM resource WHERE kind = ?3 AND tenant = ?4 AND deleted = 0 AND created >= ?1 AND created < ?5
  GROUP BY 1, 2 ORDER BY 1, 2`
