import { decoded, type FoundProblem, httpStatus, items, readDetails, seconds, text } from './decoded.ts'
import type { DecodedError, Format, JsonValue, WireError } from './format.ts'
import { googleCodeSchemas, googleSchema, googleStatus } from './google-model.ts'
import { googleType } from './google-type.ts'
import { recognise } from './recognise.ts'
import { type Loose, tame } from './tame.ts'
import * as wire from './wire.ts'

const named: readonly string[] = ['code', 'type', 'param']
/** More is no error of anybody, and more than a function can be given. */
const maxPayloads = 99

/**
 * Google's error model (https://google.aip.dev/193) in its JSON form.
 *
 * `ErrorInfo.metadata` holds the exact `code`, the coarse `type`, the `param` and details that are text; a
 * `google.protobuf.Struct` holds the other details, since metadata maps text to text. It carries one error: of a
 * validation error every violation as `fieldViolations`, of several others the first. A violation's code is kept as
 * its `reason`, which restores snake_case codes. Its domain is the host of the code's page.
 * @example
 * {"error":{"code":404,"message":"Unknown run.","status":"NOT_FOUND","details":[
 *  {"@type":"type.googleapis.com/google.rpc.ErrorInfo","reason":"RUN_UNKNOWN","domain":"docs.example.com",
 *   "metadata":{"code":"run_unknown","type":"invalid_request_error"}}]}}
 */
export const google: Format = {
  name: 'google',
  mediaType: 'application/json',
  encode: (error) => ({
    error: {
      code: error.status,
      message: error.message,
      status: googleStatus(error.status),
      details: payloadsOf(error),
    },
  }),
  decode: (body) => decodeGoogle(tame(body)),
  recognises: (body) => recognise(body) === 'google',
  schema: googleSchema,
  codeSchemas: googleCodeSchemas,
}

function payloadsOf(error: WireError): readonly JsonValue[] {
  const others = wire.detailsOf(error.details, (key, value) => !isMetadata(key, value))
  const retryAfter = wire.retryAfterOf(error)
  const payloads: JsonValue[] = [errorInfo(error)]
  if (error.validation && error.problems.length > 0) payloads.push(badRequest(error))
  if (retryAfter !== undefined) payloads.push({ '@type': googleType('rpc.RetryInfo'), retryDelay: `${retryAfter}s` })
  if (error.docUrl !== undefined) {
    payloads.push({ '@type': googleType('rpc.Help'), links: [{ description: error.code, url: error.docUrl }] })
  }
  if (others !== undefined) payloads.push({ '@type': googleType('protobuf.Struct'), value: others })
  return payloads
}

function errorInfo(error: WireError): JsonValue {
  return {
    '@type': googleType('rpc.ErrorInfo'),
    reason: toReason(error.code),
    domain: /^https?:\/\/([^/?#]+)/.exec(error.docUrl ?? '')?.[1] ?? 'culpa',
    metadata: {
      code: error.code,
      type: error.type,
      ...wire.present({ param: error.param }),
      ...wire.detailsOf(error.details, isMetadata),
    },
  }
}

/** AIP-193 limits the keys of metadata, and its values are text. */
function isMetadata(key: string, value: unknown): boolean {
  return typeof value === 'string' && !named.includes(key) && /^[a-z][a-zA-Z0-9_-]{1,63}$/.test(key)
}

function badRequest(error: WireError): JsonValue {
  const fieldViolations = error.problems.map(({ param, message, code }) => ({
    ...wire.present({ field: param }),
    description: message,
    reason: toReason(code),
  }))
  return { '@type': googleType('rpc.BadRequest'), fieldViolations }
}

function toReason(code: string): string {
  return code.replace(/[^A-Za-z0-9]+/g, '_').toUpperCase()
}

/** Reads parsed JSON that {@link google} wrote; apart from it, so that a client bundles no encoder. */
export function decodeGoogle(body: Loose): DecodedError {
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
    details: readDetails({ ...readDetails(metadata, named), ...readDetails(value) } as Loose),
  }
  const about = {
    status: httpStatus(error?.code),
    docUrl: text(items(links)[0]?.url),
    // A protobuf Duration in JSON.
    retryAfterSeconds: seconds(Number(/^([\d.]+)s$/.exec(text(retryDelay) ?? '')?.[1])),
  }
  return decoded(whole, items(fieldViolations).map(fromViolation), about)
}

function fromViolation(violation: Loose): FoundProblem {
  return {
    code: text(violation?.reason)?.toLowerCase(),
    message: text(violation?.description),
    param: text(violation?.field),
  }
}
