import type { BodyReader } from './body-reader.ts'
import { decodedList, hasText, items, readProblem, text } from './decoded.ts'

/** The reading half of `errorList`. */
export const errorListReader: BodyReader = {
  name: 'error-list',
  isLike(body) {
    const entry = items(body?.errors)[0]
    return text(entry) !== undefined || hasText(entry, 'message', 'type')
  },
  decode: (body) => decodedList(items(body?.errors).map(readProblem)),
  members: /^(errors|type|code|message|param)$/,
}
