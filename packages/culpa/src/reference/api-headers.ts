import { type HeaderName, headerEntry, headersOfErrors, requestMeanings, returnedEntry } from './headers.ts'
import { toJsonSchema } from './json-schema.ts'
import type { ApiHeader, CodeEntry, RequestHeader } from './reference.ts'
import type { DocumentedApi } from './reference-api.ts'
import { type ReferenceOptions, takesKeys } from './reference-options.ts'

/**
 * The response headers of an API, each with the answers that have it.
 * @example
 * apiHeaders(api, codes, {}).map(({ name }) => name) // ['Request-Id', 'Error-Code', …]
 */
export function apiHeaders(api: DocumentedApi, codes: readonly CodeEntry[], options: ReferenceOptions): ApiHeader[] {
  const limited = api.plans.some(({ operation }) => operation.limit.length > 0)
  const special = new Map(codes.flatMap(({ headers }) => headers.map((header) => [header.name, header] as const)))
  const sent = (name: HeaderName, when: string) => ({ ...headerEntry(name), when, operations: [] })
  return [
    ...headersOfErrors.map((name) => sent(name, name === 'Request-Id' ? 'every answer' : 'every error')),
    ...[...special.values()].map((header) => ({
      ...header,
      when: whenSent(header.name, codes, limited),
      operations: [],
    })),
    ...(takesKeys(api) ? [sent('Idempotent-Replayed', 'a repeated answer')] : []),
    ...returnedHeaders(api, options),
  ]
}

/** What handlers add to their successes. */
function returnedHeaders({ plans }: DocumentedApi, { toJsonSchema: convert }: ReferenceOptions): ApiHeader[] {
  const found = new Map<string, ApiHeader>()
  for (const { operation } of plans) {
    for (const [key, schema] of Object.entries(operation.returnsHeaders ?? {})) {
      const { name, meaning } = returnedEntry(key, String(toJsonSchema(schema, 'output', convert)?.description ?? ''))
      const { operations = [] } = found.get(name) ?? {}
      found.set(name, { name, meaning, when: 'success of', operations: [...operations, operation.id] })
    }
  }
  return [...found.values()]
}

/** The request headers that guards of the API read. */
export function requestHeaders({ plans }: DocumentedApi): RequestHeader[] {
  const operations = plans.map(({ operation }) => operation)
  const read = (name: keyof typeof requestMeanings, option: 'idempotency' | 'precondition'): RequestHeader => ({
    name,
    meaning: requestMeanings[name],
    operations: operations.filter((one) => one[option] !== 'ignored').map(({ id }) => id),
    required: operations.filter((one) => one[option] === 'required').map(({ id }) => id),
  })
  return [read('Idempotency-Key', 'idempotency'), read('If-Match', 'precondition')].filter(
    (header) => header.operations.length > 0,
  )
}

function whenSent(name: string, codes: readonly CodeEntry[], limited: boolean): ApiHeader['when'] {
  if (name.startsWith('RateLimit') && limited) return 'every answer that a limit was counted for'
  return codes.filter(({ headers }) => headers.some((one) => one.name === name)).map(({ code }) => code)
}
