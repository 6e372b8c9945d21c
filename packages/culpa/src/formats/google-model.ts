import { text as anyText, fixed, meanings, members } from './code-schema.ts'
import type { CodeSchemas, JsonSchema, JsonValue } from './format.ts'
import { googleType } from './google-type.ts'

const statuses: Readonly<Record<number, string>> = {
  400: 'INVALID_ARGUMENT',
  401: 'UNAUTHENTICATED',
  402: 'FAILED_PRECONDITION',
  403: 'PERMISSION_DENIED',
  404: 'NOT_FOUND',
  405: 'UNIMPLEMENTED',
  408: 'DEADLINE_EXCEEDED',
  409: 'ABORTED',
  410: 'NOT_FOUND',
  412: 'FAILED_PRECONDITION',
  416: 'OUT_OF_RANGE',
  423: 'FAILED_PRECONDITION',
  424: 'FAILED_PRECONDITION',
  425: 'FAILED_PRECONDITION',
  428: 'FAILED_PRECONDITION',
  429: 'RESOURCE_EXHAUSTED',
  499: 'CANCELLED',
  501: 'UNIMPLEMENTED',
  502: 'UNAVAILABLE',
  503: 'UNAVAILABLE',
  504: 'DEADLINE_EXCEEDED',
}

/**
 * The canonical name for an HTTP status: the mapping of google/rpc/code.proto, and the nearest name for a status it lacks.
 * @example
 * googleStatus(404) // 'NOT_FOUND'
 */
export function googleStatus(status: number): string {
  return statuses[status] ?? (status < 500 ? 'INVALID_ARGUMENT' : 'INTERNAL')
}

const string = { type: 'string' }

function payload(type: string, properties: Readonly<Record<string, JsonValue>>, required = Object.keys(properties)) {
  return {
    type: 'object',
    required: ['@type', ...required],
    additionalProperties: false,
    properties: { '@type': { const: type }, ...properties },
  }
}

function list(properties: Readonly<Record<string, JsonValue>>, required: readonly string[]) {
  return { type: 'array', minItems: 1, items: { type: 'object', required, additionalProperties: false, properties } }
}

const metadata = {
  type: 'object',
  required: ['code', 'type'],
  properties: { code: string, type: string, param: string },
  additionalProperties: string,
}
const violations = list({ field: string, description: string, reason: string }, ['description', 'reason'])
const links = list({ description: string, url: string }, ['description', 'url'])

const details: JsonSchema = {
  type: 'array',
  minItems: 1,
  items: {
    oneOf: [
      payload(googleType('rpc.ErrorInfo'), { reason: string, domain: string, metadata }),
      payload(googleType('rpc.BadRequest'), { fieldViolations: violations }),
      payload(googleType('rpc.RetryInfo'), {
        retryDelay: { type: 'string', pattern: '^[0-9]+(\\.[0-9]+)?s$' },
      }),
      payload(googleType('rpc.Help'), { links }),
      payload(googleType('protobuf.Struct'), { value: { type: 'object' } }),
    ],
  },
}

/** JSON Schema of the body; each payload is told by its `@type`. */
export const googleSchema: JsonSchema = {
  $schema: 'https://json-schema.org/draft/2020-12/schema',
  ...members({
    error: members({
      code: { type: 'integer', minimum: 400, maximum: 599 },
      message: string,
      status: { enum: [...new Set([...Object.values(statuses), 'INTERNAL'])] },
      details,
    }),
  }),
}

/** The code stands among the payloads, where no member of the body tells one from the other. */
export const googleCodeSchemas: CodeSchemas = {
  tellsCode: false,
  variant: ({ status }) =>
    members({
      code: fixed(status, meanings.status),
      message: anyText(meanings.message),
      status: fixed(googleStatus(status), 'The canonical name of the status.'),
      details: { ...details, description: 'ErrorInfo with the exact code first; then what else there is to say.' },
    }),
  body: (error) => members({ error }),
}
