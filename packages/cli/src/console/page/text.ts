import type { LineBody } from '../wire.ts'

const clock = new Intl.DateTimeFormat('en-GB', { hour: '2-digit', minute: '2-digit', second: '2-digit' })
const day = new Intl.DateTimeFormat('en-GB', { day: 'numeric', month: 'short' })
const number = new Intl.NumberFormat('en-GB')

/** `14:03:07.214`; the day before it where it is another one. */
export function timeOf(at: number): string {
  const date = new Date(at)
  const time = `${clock.format(date)}.${String(date.getMilliseconds()).padStart(3, '0')}`
  return date.toDateString() === new Date().toDateString() ? time : `${day.format(date)} ${clock.format(date)}`
}

export function clockOf(at: number): string {
  return clock.format(at).slice(0, 5)
}

export function ago(at: number): string {
  const seconds = Math.max(0, Math.round((Date.now() - at) / 1000))
  if (seconds < 60) return seconds < 20 ? 'just now' : `${seconds} s ago`
  if (seconds < 3600) return `${Math.round(seconds / 60)} min ago`
  return seconds < 86_400 ? `${Math.round(seconds / 3600)} h ago` : `${Math.round(seconds / 86_400)} d ago`
}

export function durationOf(ms: number): string {
  if (ms >= 1000) return `${(ms / 1000).toFixed(ms >= 10_000 ? 1 : 2)} s`
  return ms >= 100 ? `${Math.round(ms)} ms` : `${ms.toFixed(ms >= 10 ? 1 : 2)} ms`
}

export function count(value: number): string {
  return number.format(value)
}

/** `4xx`, for what looks different by it; `none` for a failure outside any request. */
export function classOf(status: number): string {
  return status >= 100 ? `s${Math.floor(status / 100)}` : 's5'
}

/** A word about a line that its status does not tell. */
export function badgeOf({
  declared,
  replayed,
}: Pick<LineBody, 'declared' | 'replayed'>): 'undeclared' | 'replayed' | 'declared' | '' {
  if (declared === false) return 'undeclared'
  if (replayed) return 'replayed'
  return declared === true ? 'declared' : ''
}

export const badgeTitles = {
  undeclared: 'Not in the contract: the closed world stopped it and answered with internal_error',
  replayed: 'The recorded answer of an earlier request with the same idempotency key',
  declared: 'A failure that the contract declares',
  '': '',
} as const

/** JSON with line breaks; anything else as it is. */
export function pretty(body: string): string {
  try {
    return JSON.stringify(JSON.parse(body), null, 2)
  } catch {
    return body
  }
}
