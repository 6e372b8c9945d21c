import { parseHttpDate } from './http-date.ts'

/**
 * Milliseconds a response asks to wait: `retry-after-ms`, `Retry-After` in seconds or as any HTTP date (RFC 9110
 * §10.2.3), else what its body said. Nonsense counts as absent. A date is taken against the response's own `Date`, so
 * that a clock that is wrong on either side does not matter.
 * @param bodyMs `RetryInfo` of the body (AIP-193), as decoded
 * @example
 * retryHintMs(new Headers({ 'retry-after': '2' }), undefined, Date.now()) // 2000
 */
export function retryHintMs(headers: Headers, bodyMs: number | undefined, nowMs: number): number | undefined {
  const retryAfter = headers.get('retry-after') ?? ''
  const until = parseHttpDate(retryAfter)
  return (
    amount(headers.get('retry-after-ms') ?? '', 1) ??
    amount(retryAfter, 1000) ??
    (until === undefined ? bodyMs : Math.max(0, until - (parseHttpDate(headers.get('date') ?? '') ?? nowMs)))
  )
}

function amount(text: string, unitMs: number): number | undefined {
  return /^\d+(\.\d+)?$/.test(text) ? Number(text) * unitMs : undefined
}
