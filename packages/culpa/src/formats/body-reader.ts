import type { FormatName } from '../contract/profile.ts'
import type { DecodedError } from './format.ts'
import type { Loose } from './tame.ts'

/** The reading half of a wire format: encoders and schemas stay out of a client's bundle. */
export interface BodyReader {
  readonly name: FormatName
  /** Whether parsed JSON looks like this format. */
  isLike(body: Loose): boolean
  /** Reads parsed JSON. */
  decode(body: Loose): DecodedError
  /** Members of an envelope, and of the entries of its list; any for one that may have any. */
  readonly members?: RegExp
}
