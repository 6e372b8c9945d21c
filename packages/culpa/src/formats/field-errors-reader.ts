import type { BodyReader } from './body-reader.ts'
import { decodedParts, hasText, readFieldErrors, text } from './decoded.ts'

/** The reading half of `fieldErrors`. */
export const fieldErrorsReader: BodyReader = {
  name: 'field-errors',
  isLike: (body) => hasText(body, 'message'),
  decode(body) {
    const fields = readFieldErrors(body?.errors)
    return decodedParts(
      { ...fields[0], code: text(body?.code), message: text(body?.message) ?? fields[0]?.message },
      fields,
    )
  },
  members: /^(errors|message)$/,
}
