import type { BodyReader } from './body-reader.ts'
import { decoded, hasText, readDetails, readProblem, text } from './decoded.ts'

/** What is no detail. */
export const stripeMembers: readonly string[] = ['type', 'code', 'message', 'param', 'doc_url']

/** The reading half of `stripe`. */
export const stripeReader: BodyReader = {
  name: 'stripe',
  isLike: (body) => hasText(body?.error, 'type', 'code', 'message'),
  decode(body) {
    const error = body?.error
    return decoded(
      { ...readProblem(error), details: readDetails(error, stripeMembers) },
      { docUrl: text(error?.doc_url) },
    )
  },
  members: /^error$/,
}
