import type { BodyReader } from './body-reader.ts'
import { decoded, hasText, text } from './decoded.ts'

/** The reading half of `currents`. */
export const currentsReader: BodyReader = {
  name: 'currents',
  isLike: (body) => hasText(body, 'error') && (text(body?.status) === 'FAILED' || !hasText(body, 'message')),
  decode: (body) => decoded({ message: text(body?.error) }),
  members: /^(error|status)$/,
}
