import type { BodyReader } from './body-reader.ts'
import { decodedList, type FoundProblem, hasText, httpStatus, items, readDetails, seconds, text } from './decoded.ts'
import { readPlace } from './pointer.ts'
import type { Loose } from './tame.ts'

/** The reading half of `jsonapi`. */
export const jsonapiReader: BodyReader = {
  name: 'jsonapi',
  isLike(body) {
    const entry = items(body?.errors)[0]
    return !hasText(entry, 'message') && hasText(entry, 'title', 'detail', 'status')
  },
  decode(body) {
    const entries = items(body?.errors)
    const { status, links, meta } = entries[0] ?? {}
    return decodedList(entries.map(fromEntry), {
      status: httpStatus(status),
      docUrl: text(links?.about) ?? text(links?.about?.href),
      retryAfterSeconds: seconds(meta?.retry_after),
    })
  },
  members: /^(errors|links|meta|status|code|title|detail|source)$/,
}

/** Members of somebody else's `meta` are the details. */
function fromEntry(entry: Loose): FoundProblem {
  const meta = entry?.meta
  return {
    code: text(entry?.code),
    type: text(meta?.type),
    message: text(entry?.detail) ?? text(entry?.title),
    param: readPlace(entry?.source),
    details: readDetails(meta?.details) ?? readDetails(meta, ['type', 'details', 'retry_after']),
  }
}
