import { decoded, type FoundProblem, httpStatus, items, readDetails, seconds, text } from './decoded.ts'
import type { DecodedError, Format, JsonValue, WireError, WireProblem } from './format.ts'
import { jsonapiCodeSchemas, jsonapiSchema } from './jsonapi-schema.ts'
import { readPlace, toPointer } from './pointer.ts'
import { recognise } from './recognise.ts'
import { type Loose, tame } from './tame.ts'
import * as wire from './wire.ts'

/**
 * Error objects of JSON:API 1.1 (https://jsonapi.org/format/#errors), one per problem.
 *
 * It carries status, code, message, parameter, page, and in `meta` the coarse `type`, `details` and `retry_after` in
 * seconds. A violation has its place as `source.pointer`, any other problem as `source.parameter`. A page goes with the
 * problems it is about: violations, and problems of the error's own code.
 * @example
 * {"errors":[{"status":"422","code":"parameter_invalid","title":"Unprocessable Content","detail":"Is not an address.",
 *  "source":{"pointer":"/email"},"meta":{"type":"invalid_request_error"}}]}
 */
export const jsonapi: Format = {
  name: 'jsonapi',
  mediaType: 'application/vnd.api+json',
  encode: (error) => ({ errors: wire.problemsOf(error).map((part) => toEntry(part, error)) }),
  decode: (body) => decodeJsonapi(tame(body)),
  recognises: (body) => recognise(body) === 'jsonapi',
  schema: jsonapiSchema,
  codeSchemas: jsonapiCodeSchemas,
}

function toEntry({ code, type, message, param, details }: WireProblem, whole: WireError): JsonValue {
  const isAbout = whole.validation || code === whole.code
  const place =
    param === undefined ? undefined : whole.validation ? { pointer: toPointer(param) } : { parameter: param }
  return {
    status: String(whole.status),
    code,
    title: whole.title,
    detail: message,
    ...wire.present({
      source: place,
      links: isAbout && whole.docUrl !== undefined ? { about: whole.docUrl } : undefined,
    }),
    meta: { type, ...wire.present({ details: wire.detailsOf(details), retry_after: wire.retryAfterOf(whole) }) },
  }
}

/** Reads parsed JSON that {@link jsonapi} wrote; apart from it, so that a client bundles no encoder. */
export function decodeJsonapi(body: Loose): DecodedError {
  const entries = items(body?.errors)
  const { status, links, meta } = entries[0] ?? {}
  return decoded(undefined, entries.map(fromEntry), {
    status: httpStatus(status),
    docUrl: text(links?.about) ?? text(links?.about?.href),
    retryAfterSeconds: seconds(meta?.retry_after),
  })
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
