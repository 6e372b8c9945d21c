import type { DecodedError, DecodedProblem, Format, JsonValue, WireError } from './format.ts'
import { googleSchema, googleStatus, googleType } from './google-model.ts'
import { recognise } from './recognise.ts'
import * as wire from './wire.ts'

const named: readonly string[] = ['code', 'type', 'param']

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
  decode,
  recognises: (body) => recognise(body) === 'google',
  schema: googleSchema,
}

function payloadsOf(error: WireError): readonly JsonValue[] {
  const others = wire.detailsOf(error.details, (key, value) => !isMetadata(key, value))
  const seconds = wire.retryAfterOf(error)
  const payloads: JsonValue[] = [errorInfo(error)]
  if (error.validation && error.problems.length > 0) payloads.push(badRequest(error))
  if (seconds !== undefined) payloads.push({ '@type': googleType.retryInfo, retryDelay: `${seconds}s` })
  if (error.docUrl !== undefined) {
    payloads.push({ '@type': googleType.help, links: [{ description: error.code, url: error.docUrl }] })
  }
  if (others !== undefined) payloads.push({ '@type': googleType.struct, value: others })
  return payloads
}

function errorInfo(error: WireError): JsonValue {
  return {
    '@type': googleType.errorInfo,
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
  return { '@type': googleType.badRequest, fieldViolations }
}

function toReason(code: string): string {
  return code.replace(/[^A-Za-z0-9]+/g, '_').toUpperCase()
}

function decode(body: unknown): DecodedError {
  const error = wire.read(body, 'error')
  const payloads = wire.itemsOf(wire.read(error, 'details'))
  const whole = fromErrorInfo(error, payloads)
  const link = wire.itemsOf(wire.read(payloadOf(payloads, googleType.help), 'links'))[0]
  const violations = wire.itemsOf(wire.read(payloadOf(payloads, googleType.badRequest), 'fieldViolations'))
  const parts = violations.flatMap((violation) => wire.alone(fromViolation(violation, whole)))
  return {
    ...whole,
    ...wire.present({
      status: wire.httpStatus(wire.read(error, 'code')),
      docUrl: wire.text(wire.read(link, 'url')),
      retryAfterSeconds: fromDuration(wire.read(payloadOf(payloads, googleType.retryInfo), 'retryDelay')),
    }),
    problems: parts.length > 0 ? parts : wire.alone(whole),
  }
}

function fromErrorInfo(error: unknown, payloads: readonly unknown[]): DecodedProblem {
  const info = payloadOf(payloads, googleType.errorInfo)
  const metadata = wire.read(info, 'metadata')
  const reason = wire.text(wire.read(info, 'reason')) ?? wire.text(wire.read(error, 'status'))
  const struct = wire.readDetails(wire.read(payloadOf(payloads, googleType.struct), 'value'))
  const texts = wire.readDetails(metadata, named)
  return wire.present({
    code: wire.text(wire.read(metadata, 'code')) ?? reason?.toLowerCase(),
    type: wire.text(wire.read(metadata, 'type')),
    message: wire.text(wire.read(error, 'message')),
    param: wire.text(wire.read(metadata, 'param')),
    details: struct === undefined && texts === undefined ? undefined : { ...texts, ...struct },
  })
}

function fromViolation(violation: unknown, whole: DecodedProblem): DecodedProblem {
  const part = wire.present({
    code: wire.text(wire.read(violation, 'reason'))?.toLowerCase(),
    message: wire.text(wire.read(violation, 'description')),
    param: wire.text(wire.read(violation, 'field')),
  })
  return Object.keys(part).length === 0 ? part : { ...part, ...wire.present({ type: whole.type }) }
}

function payloadOf(payloads: readonly unknown[], type: string): unknown {
  return payloads.find((payload) => wire.read(payload, '@type') === type)
}

/** A protobuf Duration in JSON: seconds with up to nine decimals. */
function fromDuration(value: unknown): number | undefined {
  const digits = /^(\d{1,12}(?:\.\d{1,9})?)s$/.exec(wire.text(value) ?? '')?.[1]
  return digits === undefined ? undefined : Number(digits)
}
