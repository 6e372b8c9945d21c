import type { DecodedError, DecodedProblem, Format, JsonValue, WireError, WireProblem } from './format.ts'
import { fromPointer, toFragment } from './pointer.ts'
import { recognise } from './recognise.ts'
import * as wire from './wire.ts'

const members: readonly string[] = [
  ...['type', 'title', 'status', 'detail', 'instance'],
  ...['code', 'error_type', 'param', 'details', 'errors', 'retry_after'],
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
  decode,
  recognises: (body) => recognise(body) === 'problem',
  schema: {
    $schema: 'https://json-schema.org/draft/2020-12/schema',
    type: 'object',
    required: ['type', 'title', 'status', 'detail', 'code', 'error_type'],
    additionalProperties: false,
    properties: {
      type: { type: 'string' },
      title: { type: 'string' },
      status: { type: 'integer', minimum: 400, maximum: 599 },
      detail: { type: 'string' },
      code: { type: 'string' },
      error_type: { type: 'string' },
      param: { type: 'string' },
      details: { type: 'object' },
      retry_after: { type: 'integer', minimum: 0 },
      errors: {
        type: 'array',
        minItems: 1,
        items: {
          type: 'object',
          required: ['detail', 'code'],
          additionalProperties: false,
          properties: {
            pointer: { type: 'string' },
            param: { type: 'string' },
            detail: { type: 'string' },
            code: { type: 'string' },
            error_type: { type: 'string' },
            details: { type: 'object' },
          },
        },
      },
    },
  },
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

function decode(body: unknown): DecodedError {
  const whole = fromMembers(body)
  const page = wire.text(wire.read(body, 'type'))
  const errors = wire.read(body, 'errors')
  const parts = wire.isArray(errors)
    ? wire.itemsOf(errors).flatMap((entry) => wire.alone(fromEntry(entry, whole)))
    : wire.readFieldErrors(errors)
  return {
    ...whole,
    ...wire.present({
      status: wire.httpStatus(wire.read(body, 'status')),
      docUrl: page === 'about:blank' ? undefined : page,
      retryAfterSeconds: wire.seconds(wire.read(body, 'retry_after')),
    }),
    problems: parts.length > 0 ? parts : wire.alone(whole),
  }
}

/** Extension members of somebody else's problem are its details. */
function fromMembers(body: unknown): DecodedProblem {
  const message = wire.text(wire.read(body, 'detail')) ?? wire.text(wire.read(body, 'title'))
  const details = wire.read(body, 'details')
  const isForeign = !wire.isRecord(details) && message !== undefined
  return wire.present({
    code: wire.text(wire.read(body, 'code')),
    type: wire.text(wire.read(body, 'error_type')),
    message,
    param: wire.text(wire.read(body, 'param')),
    details: isForeign ? wire.readDetails(body, members) : wire.readDetails(details),
  })
}

function fromEntry(entry: unknown, whole: DecodedProblem): DecodedProblem {
  const pointer = wire.text(wire.read(entry, 'pointer'))
  const part = wire.present({
    code: wire.text(wire.read(entry, 'code')),
    message: wire.text(wire.read(entry, 'detail')) ?? wire.text(entry),
    param: pointer === undefined ? wire.text(wire.read(entry, 'param')) : fromPointer(pointer),
    details: wire.readDetails(wire.read(entry, 'details')),
  })
  const type = wire.text(wire.read(entry, 'error_type')) ?? whole.type
  return Object.keys(part).length === 0 ? part : { ...part, ...wire.present({ type }) }
}
