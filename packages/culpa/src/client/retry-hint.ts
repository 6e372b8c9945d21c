import { parseHttpDate } from './http-date.ts'

/**
 * Milliseconds a response asks to wait: `retry-after-ms`, `Retry-After` in seconds or as any HTTP date (RFC 9110
 * §10.2.3), else what its body said. Nonsense counts as absent. A date is taken against the response's own `Date`, so
 * that a clock that is wrong on either side does not matter.
 * @param bodySeconds what the body said, as decoded
 * @example
 * retryHintMs(new Headers({ 'retry-after': '2' }), Date.now()) // 2000
 */
export function retryHintMs(headers: Headers, nowMs: number, bodySeconds = Number.NaN): number | undefined {
  const said = (name: string) => headers.get(name) ?? ''
  const until = parseHttpDate(said('retry-after')) - (parseHttpDate(said('date')) || nowMs)
  const all = [
    amount(said('retry-after-ms')),
    amount(said('retry-after')) * 1000,
    Math.max(0, until),
    bodySeconds * 1000,
  ]
  return all.find((ms) => ms >= 0)
}

function amount(text: string): number {
  return /^[\d.]+$/.test(text) ? Number(text) : Number.NaN
}
