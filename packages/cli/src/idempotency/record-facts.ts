import type { IdempotencyListing } from 'culpa'
import { UsageError } from '../usage-error.ts'

/** What is shown of a record. Times as RFC 3339. */
export interface RecordFacts {
  readonly attempt: number
  readonly state: IdempotencyListing['state']
  readonly tenant: string
  readonly environment: string
  readonly operation: string
  readonly key: string
  readonly claimedAt?: string
  readonly steps: readonly string[]
}

/** What is shown of a record. Its scope is what the guard of idempotency makes of a request. */
export function recordFacts({ scope, attempt, state, claimedAt, steps }: IdempotencyListing): RecordFacts {
  const [tenant, environment, operation, key] = partsOf(scope)
  return {
    attempt,
    state,
    tenant,
    environment,
    operation,
    key,
    ...(claimedAt !== undefined && { claimedAt: new Date(claimedAt).toISOString() }),
    steps,
  }
}

/** How long ago, in the largest unit that fits. */
export function ageOf({ claimedAt }: IdempotencyListing, now: number): string {
  if (claimedAt === undefined) return '-'
  const seconds = Math.max(0, Math.round((now - claimedAt) / 1000))
  if (seconds < 120) return `${seconds}s`
  if (seconds < 7200) return `${Math.floor(seconds / 60)}m`
  return seconds < 172_800 ? `${Math.floor(seconds / 3600)}h` : `${Math.floor(seconds / 86_400)}d`
}

/**
 * The number of an attempt, as an argument gives it.
 * @throws {UsageError} for what is no number
 */
export function attemptOf(text: string | undefined): number {
  const attempt = Number(text)
  if (/^\d+$/.test(text ?? '') && Number.isSafeInteger(attempt)) return attempt
  throw new UsageError('an attempt is a number. Remedy: culpa idempotency list shows them.')
}

function partsOf(scope: string): readonly [string, string, string, string] {
  const parts = parsed(scope)
  const isOurs = Array.isArray(parts) && parts.length === 4 && parts.every((part) => typeof part === 'string')
  return isOurs ? (parts as unknown as [string, string, string, string]) : ['', '', '', scope]
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}
