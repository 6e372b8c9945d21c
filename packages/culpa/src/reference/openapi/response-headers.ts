import type { ResolvedError } from '../../contract/declaration.ts'
import type { JsonSchema } from '../../formats/format.ts'
import { headerEntry, headersOf, type PlainHeaderName, returnedEntry } from '../headers.ts'
import { isRequired, toJsonSchema } from '../json-schema.ts'
import type { DocumentedOperation } from '../reference-api.ts'
import type { OperationSource } from './document-source.ts'
import type { JsonObject } from './json-object.ts'

const list = '^[\\w.+/*-]+(, [\\w.+/*-]+)*$'

const schemas: Readonly<Record<PlainHeaderName, JsonSchema>> = {
  'Request-Id': { type: 'string', pattern: '^[\\w-]+$', maxLength: 255 },
  Link: { type: 'string', pattern: '^<[^<>]+>; rel="help"$', maxLength: 8192 },
  'Retry-After': { type: 'integer', format: 'int32', minimum: 1, maximum: 2_147_483_647 },
  RateLimit: { type: 'string', pattern: '^"[a-z0-9_-]+";r=\\d+;t=\\d+', maxLength: 8192 },
  'RateLimit-Policy': { type: 'string', pattern: '^"[a-z0-9_-]+";q=\\d+;w=\\d+', maxLength: 8192 },
  'WWW-Authenticate': { type: 'string', pattern: '^Bearer realm="', maxLength: 8192 },
  Allow: { type: 'string', pattern: '^[A-Z]+(, [A-Z]+)*$', maxLength: 255 },
  Accept: { type: 'string', pattern: list, maxLength: 8192 },
  'Accept-Encoding': { type: 'string', pattern: list, maxLength: 8192 },
  'Idempotent-Replayed': { type: 'string', const: 'true' },
  'Cache-Control': { type: 'string', const: 'no-store' },
}

const always: ReadonlySet<PlainHeaderName> = new Set(['Request-Id', 'Link', 'Cache-Control'])

/** Headers of an operation's answers with these codes; none for a success. */
export function responseHeaders(source: OperationSource, errors: readonly ResolvedError[]): JsonObject {
  const { operation, api, components } = source
  const special = new Set(errors.flatMap(headersOf))
  const isLimited = operation.limit.length > 0
  const names: PlainHeaderName[] = [
    'Request-Id',
    ...(errors.length > 0 ? (['Link', 'Cache-Control'] as const) : []),
    ...[...special].filter((name) => !isLimited || !name.startsWith('RateLimit')),
    ...(isLimited ? (['RateLimit', 'RateLimit-Policy'] as const) : []),
    ...(isReplayable(operation, errors) ? (['Idempotent-Replayed'] as const) : []),
  ]
  return {
    ...Object.fromEntries(names.map((name) => [name, headerOf(source, name)])),
    ...(errors.length > 0 && { 'Error-Code': codeHeader(errors) }),
    ...(errors.length === 0 && returnedHeaders(source)),
    ...(api.cors !== undefined && {
      'Access-Control-Allow-Origin': components.add(
        'headers',
        'Access-Control-Allow-Origin',
        corsHeader(api.cors.origins),
      ),
    }),
  }
}

/** What the handler itself answered is recorded, unless it was a 5xx; what a guard answers never is. */
function isReplayable({ idempotency, errors: own }: DocumentedOperation, errors: readonly ResolvedError[]): boolean {
  if (idempotency === 'ignored') return false
  return errors.length === 0 || errors.some(({ name, status }) => status < 500 && own.includes(name))
}

/** What the handler adds to a success. */
function returnedHeaders({ operation, convert }: OperationSource): JsonObject {
  const headers = Object.entries(operation.returnsHeaders ?? {}).map(([key, schema]) => {
    const { description = '', ...json } = toJsonSchema(schema, 'output', convert) ?? { type: 'string' }
    const { name, meaning } = returnedEntry(key, String(description))
    const told = meaning === '' ? {} : { description: meaning }
    return [name, { ...told, ...(isRequired(schema) && { required: true }), schema: json }]
  })
  return Object.fromEntries(headers)
}

function headerOf({ components }: OperationSource, name: PlainHeaderName): JsonObject {
  return components.add('headers', name, {
    description: headerEntry(name).meaning,
    ...(always.has(name) && { required: true }),
    schema: schemas[name],
  })
}

/** The codes of this answer, for bodies that do not tell them too. */
function codeHeader(errors: readonly ResolvedError[]): JsonObject {
  return {
    description: headerEntry('Error-Code').meaning,
    required: true,
    schema: { type: 'string', enum: errors.map(({ code }) => code) },
  }
}

function corsHeader(origins: '*' | readonly string[]): JsonObject {
  return {
    description: 'The websites that may read the answer.',
    schema: { type: 'string', enum: [origins].flat() },
  }
}
