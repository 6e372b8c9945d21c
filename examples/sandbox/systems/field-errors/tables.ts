import { statement, type Work } from '../../database/work.ts'
import { Resources } from '../../resources.ts'
import type { Payment } from './model.ts'

export const payments = new Resources<Payment>('field-errors/payment', 'pay')
export const references = new Resources<{ readonly owner: string }>('field-errors/reference', 'ref')

/** What was paid in one currency, in a span of time that begins at `start` (seconds since the epoch). */
export interface Total {
  readonly start: number
  readonly currency: string
  readonly count: number
  readonly amount: number
}

/** Totals of a tenant's payments from `from` to before `to`, by spans of `seconds`. */
export function* totals(tenant: string, from: number, to: number, seconds: number): Work<readonly Total[]> {
  const rows = yield* statement(totalsQuery, from, seconds, payments.kind, tenant, to)
  return rows.map(({ span, currency, count, amount }) => ({
    start: from + Number(span) * seconds,
    currency: String(currency),
    count: Number(count),
    amount: Number(amount),
  }))
}

/** The driver of SQLite binds every number as a REAL; whole spans need whole numbers. */
const totalsQuery = `
  SELECT (created - CAST(?1 AS BIGINT)) / CAST(?2 AS BIGINT) AS span, data ->> 'currency' AS currency,
    count(*) AS count, sum(CAST(data ->> 'amount' AS BIGINT)) AS amount
  FROM resource WHERE kind = ?3 AND tenant = ?4 AND deleted = 0 AND created >= ?1 AND created < ?5
  GROUP BY 1, 2 ORDER BY 1, 2`
