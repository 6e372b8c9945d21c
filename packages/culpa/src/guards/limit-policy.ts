import { ContractError, kindOf } from '../contract/contract-error.ts'
import type { LimitVerdict } from '../server/stores.ts'

/** `100/min`, `10/s burst 20`: units, the window they are for, and how many may be spent at once (default: all). */
export type LimitRate =
  | `${number}/${'s' | 'min' | 'h' | 'day'}`
  | `${number}/${'s' | 'min' | 'h' | 'day'} burst ${number}`

export interface LimitPolicy {
  readonly name: string
  /** Units per window. */
  readonly quota: number
  readonly windowSeconds: number
  readonly burst: number
  /** Milliseconds one unit takes to come back. */
  readonly intervalMs: number
  /** Value of `RateLimit-Policy` (draft-ietf-httpapi-ratelimit-headers-10). */
  readonly header: string
}

const windows: Readonly<Record<string, number>> = { s: 1, min: 60, h: 3600, day: 86_400 }

/**
 * Reads a rate.
 * @throws {ContractError} for a text that is none, or a burst or quota below 1
 * @example
 * parseRate('writes', '100/min burst 20').intervalMs // 600
 */
export function parseRate(name: string, rate: string): LimitPolicy {
  const match = /^(\d+)\/(s|min|h|day)(?: burst (\d+))?$/.exec(rate)
  const quota = Number(match?.[1] ?? 0)
  const burst = match?.[3] === undefined ? quota : Number(match[3])
  if (match === null || quota < 1 || burst < 1) {
    throw new ContractError(
      `limit ${JSON.stringify(name)}`,
      `not a rate, ${kindOf(rate)}`,
      "such as '100/min burst 20'; windows: s, min, h, day",
    )
  }
  if (!/^[a-z][a-z0-9_-]*$/.test(name)) {
    throw new ContractError(`limit ${JSON.stringify(name)}`, 'not a name', 'lower-case letters, digits, - and _')
  }
  const windowSeconds = windows[match[2] as string] as number
  const header = `"${name}";q=${quota};w=${windowSeconds}`
  return { name, quota, windowSeconds, burst, intervalMs: (windowSeconds * 1000) / quota, header }
}

/** One entry of `RateLimit`: what is left, and the seconds until a refused request would pass, or until all is back. */
export function stateHeader(
  { name }: LimitPolicy,
  { allowed, remaining, retryAfterMs, resetMs }: LimitVerdict,
): string {
  return `"${name}";r=${remaining};t=${allowed ? Math.ceil(resetMs / 1000) : wholeSeconds(retryAfterMs)}`
}

/** Rounded up, and at least 1: what `Retry-After` says must be enough. */
export function wholeSeconds(ms: number): number {
  return Math.max(1, Math.ceil(ms / 1000))
}
