import type { FormatName } from '../contract/profile.ts'
import { allReaders } from './all-readers.ts'
import { tame } from './tame.ts'

/**
 * The format a body looks like, for clients that do not know what they talk to. Never throws.
 *
 * Seven envelopes share a few names, so one list decides for all and no body has two formats:
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
  return allReaders.find((reader) => reader.isLike(tamed))?.name
}
