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
  const tamed = tame(body)
  return signs.find(([, isLike]) => isLike(tamed))?.[0]
}

// One function each, of parsed JSON, so that a client bundles those of the formats it reads.

export function isTitledProblem(body: Loose): boolean {
  return hasText(body, 'title') && (typeof body?.status === 'number' || hasText(body, 'type'))
}

export function isLikeGoogle(body: Loose): boolean {
  return typeof body?.error?.code === 'number' && !hasText(body.error, 'type')
}

export function isLikeStripe(body: Loose): boolean {
  return hasText(body?.error, 'type', 'code', 'message')
}

export function isLikeJsonapi(body: Loose): boolean {
  const entry = items(body?.errors)[0]
  return !hasText(entry, 'message') && hasText(entry, 'title', 'detail', 'status')
}

export function isLikeErrorList(body: Loose): boolean {
  const entry = items(body?.errors)[0]
  return text(entry) !== undefined || hasText(entry, 'message', 'type')
}

export function isLikeCurrents(body: Loose): boolean {
  return hasText(body, 'error') && (text(body?.status) === 'FAILED' || !hasText(body, 'message'))
}

export function isLikeFieldErrors(body: Loose): boolean {
  return hasText(body, 'message')
}

export function isLikeProblem(body: Loose): boolean {
  return hasText(body, 'title', 'detail')
}

/** In the order in which they decide. */
const signs: readonly (readonly [name: FormatName, isLike: (body: Loose) => boolean])[] = [
  ['problem', isTitledProblem],
  ['google', isLikeGoogle],
  ['stripe', isLikeStripe],
  ['jsonapi', isLikeJsonapi],
  ['error-list', isLikeErrorList],
  ['currents', isLikeCurrents],
  ['field-errors', isLikeFieldErrors],
  ['problem', isLikeProblem],
]

function hasText(value: Loose, ...keys: readonly string[]): boolean {
  return keys.some((key) => text(value?.[key]) !== undefined)
}
