import {
  decoded,
  type FoundProblem,
  httpStatus,
  isRecord,
  items,
  readDetails,
  readFieldErrors,
  seconds,
  text,
} from './decoded.ts'
import type { DecodedError, Format, JsonValue, WireError, WireProblem } from './format.ts'
import { readPlace, toFragment } from './pointer.ts'
import { problemCodeSchemas, problemSchema } from './problem-schema.ts'
import { recognise } from './recognise.ts'
import { type Loose, tame } from './tame.ts'
import * as wire from './wire.ts'

const members: readonly string[] = [
  ...['type', 'title', 'status', 'detail', 'instance'],
  ...['code', 'error_type', 'param', 'pointer', 'details', 'errors', 'retry_after'],
]

/**
 * Problem details (RFC 9457). `type` is the page of the code where bodies carry it, else `about:blank`.
 *
 * Extension members carry the rest, so nothing is lost but the page of an error without one: `code`, `error_type` (the
 * coarse type), `param`, `details`, `retry_after` in seconds, and `errors`, one entry per violation or problem. A
 * violation has its place as a `pointer` (RFC 9457 §3), any other problem as a `param`.
 * @example
 * {"type":"about:blank","title":"Unprocessable Content","status":422,"detail":"The body is invalid.",
 *  "code":"validation_failed","error_type":"invalid_request_error",
 *  "errors":[{"pointer":"#/email","detail":"Is not an address.","code":"parameter_invalid"}]}
 */
export const problem: Format = {
  name: 'problem',
  mediaType: 'application/problem+json',
  encode,
  decode: (body) => decodeProblem(tame(body)),
  recognises: (body) => recognise(body) === 'problem',
  schema: problemSchema,
  codeSchemas: problemCodeSchemas,
}

function encode(error: WireError): JsonValue {
  const isListed = error.problems.length > (error.validation ? 0 : 1)
  return {
    type: error.docUrl ?? 'about:blank',
    title: error.title,
    status: error.status,
    detail: error.message,
    code: error.code,
    error_type: error.type,
    ...wire.present({
      param: error.param,
      details: wire.detailsOf(error.details),
      errors: isListed ? error.problems.map((part) => toEntry(part, error)) : undefined,
      retry_after: wire.retryAfterOf(error),
    }),
  }
}

function toEntry({ code, type, message, param, details }: WireProblem, whole: WireError) {
  const pointer = whole.validation && param !== undefined ? toFragment(param) : undefined
  return {
    ...wire.present(pointer === undefined ? { param } : { pointer }),
    detail: message,
    code,
    ...wire.present({ error_type: type === whole.type ? undefined : type, details: wire.detailsOf(details) }),
  }
}

/** Reads parsed JSON that {@link problem} wrote; apart from it, so that a client bundles no encoder. */
export function decodeProblem(body: Loose): DecodedError {
  const { type, errors, status, retry_after: retryAfter } = body ?? {}
  const parts = isRecord(errors) ? readFieldErrors(errors) : items(errors).map((entry) => readPart(entry, text(entry)))
  return decoded(readPart(body), parts, {
    status: httpStatus(status),
    docUrl: text(type) === 'about:blank' ? undefined : text(type),
    retryAfterSeconds: seconds(retryAfter),
  })
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
