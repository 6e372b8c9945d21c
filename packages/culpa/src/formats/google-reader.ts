import type { BodyReader } from './body-reader.ts'
import { decodedParts, type FoundProblem, hasText, httpStatus, items, readDetails, seconds, text } from './decoded.ts'
import type { Loose } from './tame.ts'

/** Metadata that is no detail. */
export const googleMembers: readonly string[] = ['code', 'type', 'param']

/** More is no error of anybody, and more than a function can be given. */
const maxPayloads = 99

/** The reading half of `google`. */
export const googleReader: BodyReader = {
  name: 'google',
  isLike: (body) => typeof body?.error?.code === 'number' && !hasText(body.error, 'type'),
  decode(body) {
    const error = body?.error
    // No two kinds of payload share a member, so all are read as one.
    const payloads = items(error?.details).slice(0, maxPayloads)
    const { metadata, reason, value, links, retryDelay, fieldViolations }: NonNullable<Loose> = Object.assign(
      {},
      ...payloads,
    )
    const whole = {
      code: text(metadata?.code) ?? (text(reason) ?? text(error?.status))?.toLowerCase(),
      type: text(metadata?.type),
      message: text(error?.message),
      param: text(metadata?.param),
      details: readDetails({ ...readDetails(metadata, googleMembers), ...readDetails(value) } as Loose),
    }
    const about = {
      status: httpStatus(error?.code),
      docUrl: text(items(links)[0]?.url),
      // A protobuf Duration in JSON.
      retryAfterSeconds: seconds(Number(/^([\d.]+)s$/.exec(text(retryDelay) ?? '')?.[1])),
    }
    return decodedParts(whole, items(fieldViolations).map(fromViolation), about)
  },
  members: /^error$/,
}

function fromViolation(violation: Loose): FoundProblem {
  return {
    code: text(violation?.reason)?.toLowerCase(),
    message: text(violation?.description),
    param: text(violation?.field),
  }
}
