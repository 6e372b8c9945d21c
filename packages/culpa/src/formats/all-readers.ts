import type { BodyReader } from './body-reader.ts'
import { currentsReader } from './currents-reader.ts'
import { hasText } from './decoded.ts'
import { errorListReader } from './error-list-reader.ts'
import { fieldErrorsReader } from './field-errors-reader.ts'
import { googleReader } from './google-reader.ts'
import { jsonapiReader } from './jsonapi-reader.ts'
import { problemReader } from './problem-reader.ts'
import { stripeReader } from './stripe-reader.ts'

/** The readers of every format: the first that a body looks like reads it. */
export const allReaders: readonly BodyReader[] = [
  {
    ...problemReader,
    isLike: (body) => hasText(body, 'title') && (typeof body?.status === 'number' || hasText(body, 'type')),
  },
  googleReader,
  stripeReader,
  jsonapiReader,
  errorListReader,
  currentsReader,
  fieldErrorsReader,
  problemReader,
]
