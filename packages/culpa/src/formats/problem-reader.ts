import type { BodyReader } from './body-reader.ts'
import {
  decodedParts,
  type FoundProblem,
  hasText,
  httpStatus,
  isRecord,
  items,
  readDetails,
  readFieldErrors,
  seconds,
  text,
} from './decoded.ts'
import { readPlace } from './pointer.ts'
import type { Loose } from './tame.ts'

const members: readonly string[] = [
  ...['type', 'title', 'status', 'detail', 'instance'],
  ...['code', 'error_type', 'param', 'pointer', 'details', 'errors', 'retry_after'],
]

/** The reading half of `problem`. */
export const problemReader: BodyReader = {
  name: 'problem',
  isLike: (body) => hasText(body, 'title', 'detail'),
  decode(body) {
    const { type, errors, status, retry_after: retryAfter } = body ?? {}
    const parts = isRecord(errors)
      ? readFieldErrors(errors)
      : items(errors).map((entry) => readPart(entry, text(entry)))
    return decodedParts(readPart(body), parts, {
      status: httpStatus(status),
      docUrl: text(type) === 'about:blank' ? undefined : text(type),
      retryAfterSeconds: seconds(retryAfter),
    })
  },
}

/** The whole or one of its errors. Extension members of somebody else's are its details. */
function readPart(part: Loose, said?: string): FoundProblem {
  const message = text(part?.detail) ?? text(part?.title) ?? said
  const others = message === undefined ? undefined : readDetails(part, members)
  return {
    code: text(part?.code),
    type: text(part?.error_type),
    message,
    param: readPlace(part),
    details: readDetails(part?.details) ?? others,
  }
}
