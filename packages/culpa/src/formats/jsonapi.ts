import type { Format, JsonValue, WireError, WireProblem } from './format.ts'
import { jsonapiReader } from './jsonapi-reader.ts'
import { jsonapiCodeSchemas, jsonapiSchema } from './jsonapi-schema.ts'
import { toPointer } from './pointer.ts'
import { recognise } from './recognise.ts'
import { tame } from './tame.ts'
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
  decode: (body) => jsonapiReader.decode(tame(body)),
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
