import type { FormatName } from '../contract/profile.ts'
import { items, text } from './decoded.ts'
import { type Loose, tame } from './tame.ts'

/**
 * The format a body looks like, for clients that do not know what they talk to. Never throws.
 *
 * Seven envelopes share a few names, so one function decides for all and no body has two formats:
 * 1. `title` with a numeric `status` or a `type`: `problem` (also when it lists `errors`).
 * 2. Under `error` something with a numeric `code` and no `type`: `google`; with a `type` or `message`: `stripe`.
 * 3. A list under `errors`: `jsonapi` or `error-list`, by the members of the first entry.
 * 4. A text under `error`: `currents`, unless a `message` stands beside it without `status: "FAILED"`.
 * 5. A text under `message`: `field-errors`.
 * 6. A lone `title` or `detail`: `problem`.
 * @example
 * recognise({ status: 'FAILED', error: 'Unknown run.' }) // 'currents'
 */
export function recognise(body: unknown): FormatName | undefined {
  return recogniseJson(tame(body))
}

/** The same, of parsed JSON. */
export function recogniseJson(body: Loose): FormatName | undefined {
  const { error, errors, status } = body ?? {}
  const entry = items(errors)[0]
  if (hasText(body, 'title') && (typeof status === 'number' || hasText(body, 'type'))) return 'problem'
  if (typeof error?.code === 'number' && !hasText(error, 'type')) return 'google'
  if (hasText(error, 'type', 'code', 'message')) return 'stripe'
  if (!hasText(entry, 'message') && hasText(entry, 'title', 'detail', 'status')) return 'jsonapi'
  if (text(entry) !== undefined || hasText(entry, 'message', 'type')) return 'error-list'
  if (hasText(body, 'error') && (text(status) === 'FAILED' || !hasText(body, 'message'))) return 'currents'
  if (hasText(body, 'message')) return 'field-errors'
  return hasText(body, 'title', 'detail') ? 'problem' : undefined
}

function hasText(value: Loose, ...keys: readonly string[]): boolean {
  return keys.some((key) => text(value?.[key]) !== undefined)
}
