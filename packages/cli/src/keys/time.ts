import { UsageError } from '../usage-error.ts'

const unitsMs: Readonly<Record<string, number>> = { s: 1000, m: 60_000, h: 3_600_000, d: 86_400_000 }

/**
 * A length of time, as `90s`, `30m`, `24h`, `7d` or `0`, in milliseconds.
 * @throws {UsageError} for anything else
 */
export function durationMs(option: string, text: string): number {
  const ms = readDuration(text)
  if (ms !== undefined) return ms
  throw new UsageError(`--${option}: ${JSON.stringify(text)} is no length of time. Remedy: such as 30m, 24h or 7d.`)
}

/**
 * A moment: a date, as `2027-01-31` or `2027-01-31T12:00:00Z`, or a length of time from now on, in milliseconds since the
 * epoch.
 * @throws {UsageError} for anything else, and a moment that has passed
 */
export function momentMs(option: string, text: string, now: number): number {
  const ms = readDuration(text)
  const moment = ms === undefined ? readDate(text) : now + ms
  if (moment > now) return moment
  const problem = Number.isNaN(moment) ? 'is no date' : 'is not in the future'
  throw new UsageError(`--${option}: ${JSON.stringify(text)} ${problem}. Remedy: such as 2027-01-31, or 90d from now.`)
}

function readDuration(text: string): number | undefined {
  const [, number, unit = ''] = /^(\d{1,6})([smhd])$/.exec(text) ?? []
  if (number !== undefined) return Number(number) * (unitsMs[unit] ?? Number.NaN)
  return text === '0' ? 0 : undefined
}

function readDate(text: string): number {
  return /^\d{4}-\d\d-\d\d(?:T[\d:.]+(?:Z|[+-]\d\d:\d\d))?$/.test(text) ? Date.parse(text) : Number.NaN
}
