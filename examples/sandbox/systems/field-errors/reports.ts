import { operationsFor } from 'culpa'
import type { Environment } from '../../environment.ts'
import type { FieldErrorsContract } from './contract.ts'
import { ReportPeriod, ShownDays, ShownReport, TimeZone } from './model.ts'
import { type Total, totals } from './tables.ts'

const daySeconds = 86_400
/** Every time zone is off UTC by a multiple of this. */
const quarterSeconds = 900

/** Totals of a period, and of each of the last days as they are where the caller lives. */
export function reportOperations({ database }: Environment, contract: FieldErrorsContract) {
  const operation = operationsFor(contract)
  return [
    operation('GET /field-errors/v1/reports', {
      summary: 'Totals of a period; both of its days count',
      returns: ShownReport,
      scopes: ['reports:read'],
      limit: 'reads',
      query: ReportPeriod,
      async handler({ query: { from, to }, caller }) {
        const start = Date.parse(from) / 1000
        const end = Date.parse(to) / 1000 + daySeconds
        const found = await database.run(() => totals(caller.tenant, start, end, end - start))
        return { from, to, data: found.map(({ currency, count, amount }) => ({ currency, count, amount })) }
      },
    }),
    operation('GET /field-errors/v1/reports/daily', {
      summary: 'Totals of each of the last seven days, as the time zone in X-Time-Zone divides them',
      returns: ShownDays,
      scopes: ['reports:read'],
      limit: 'reads',
      headers: { 'x-time-zone': TimeZone },
      async handler({ headers, caller }) {
        const timeZone = headers['x-time-zone']
        const now = Math.floor(Date.now() / 1000)
        const start = now - (now % quarterSeconds) - 7 * daySeconds
        const found = await database.run(() => totals(caller.tenant, start, now + 1, quarterSeconds))
        return { time_zone: timeZone, data: byDay(found, timeZone) }
      },
    }),
  ]
}

function byDay(parts: readonly Total[], timeZone: string) {
  // Swedish dates are written as ISO 8601 has them.
  const days = new Intl.DateTimeFormat('sv-SE', { timeZone, dateStyle: 'short' })
  const sums = new Map<string, { day: string; currency: string; count: number; amount: number }>()
  for (const { start, currency, count, amount } of parts) {
    const day = days.format(start * 1000)
    const sum = sums.get(`${day} ${currency}`) ?? { day, currency, count: 0, amount: 0 }
    sums.set(`${day} ${currency}`, { ...sum, count: sum.count + count, amount: sum.amount + amount })
  }
  return [...sums.values()]
}
