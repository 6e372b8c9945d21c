import type { FormatName } from '../contract/profile.ts'
import { decodeCurrents } from '../formats/currents.ts'
import { decodeErrorList } from '../formats/error-list.ts'
import { decodeFieldErrors } from '../formats/field-errors.ts'
import type { DecodedError } from '../formats/format.ts'
import { decodeGoogle } from '../formats/google.ts'
import { decodeJsonapi } from '../formats/jsonapi.ts'
import { decodeProblem } from '../formats/problem.ts'
import { decodeStripe } from '../formats/stripe.ts'
import type { Loose } from '../formats/tame.ts'

/** The reading half of a wire format: encoders and schemas stay out of a client's bundle. */
export interface BodyReader {
  readonly name: FormatName
  /** Reads parsed JSON. */
  decode(body: Loose): DecodedError
  /** Members of an envelope, and of the entries of its list; any for one that may have any. */
  readonly members?: RegExp
}

export const stripeReader: BodyReader = { name: 'stripe', decode: decodeStripe, members: /^error$/ }
export const googleReader: BodyReader = { name: 'google', decode: decodeGoogle, members: /^error$/ }
export const errorListReader: BodyReader = {
  name: 'error-list',
  decode: decodeErrorList,
  members: /^(errors|type|code|message|param)$/,
}
export const jsonapiReader: BodyReader = {
  name: 'jsonapi',
  decode: decodeJsonapi,
  members: /^(errors|links|meta|status|code|title|detail|source)$/,
}
export const fieldErrorsReader: BodyReader = {
  name: 'field-errors',
  decode: decodeFieldErrors,
  members: /^(errors|message)$/,
}
export const currentsReader: BodyReader = { name: 'currents', decode: decodeCurrents, members: /^(error|status)$/ }
export const problemReader: BodyReader = { name: 'problem', decode: decodeProblem }

/** The readers of every format. */
export const allReaders: readonly BodyReader[] = [
  stripeReader,
  googleReader,
  errorListReader,
  jsonapiReader,
  fieldErrorsReader,
  currentsReader,
  problemReader,
]
