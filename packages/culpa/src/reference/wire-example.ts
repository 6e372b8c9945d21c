import type { ResolvedError } from '../contract/declaration.ts'
import type { Contract } from '../contract/define-contract.ts'
import type { WireError, WireProblem } from '../formats/format.ts'
import { formats } from '../formats/index.ts'
import type { ExampleThrow } from './example-error.ts'
import { headersOf } from './headers.ts'
import type { WireExample } from './reference.ts'
import type { DocumentedOperation } from './reference-api.ts'

/** The id that examples have; each answer has its own. */
const requestId = 'req_7ZtQpXw3Kd90001'

/**
 * The answer to a refused request, in the contract's format: what the server sends for this throw.
 * @example
 * wireExample(contract, error, { param: 'id' }, operations).body
 */
export function wireExample(
  contract: Contract,
  error: ResolvedError,
  thrown: ExampleThrow,
  operations: readonly DocumentedOperation[],
): WireExample {
  const format = formats[contract.format]
  const values = exampleHeaders(contract, error, operations)
  const body = format.encode(wireError(contract, error, thrown))
  return {
    status: error.status,
    reason: '',
    headers: [
      ['content-type', format.mediaType],
      ['cache-control', 'no-store'],
      ['x-content-type-options', 'nosniff'],
      ['error-code', error.code],
      ['link', `<${error.docUrl}>; rel="help"`],
      ...values,
      ['request-id', requestId],
    ],
    body,
    text: JSON.stringify(body),
  }
}

function wireError(contract: Contract, error: ResolvedError, thrown: ExampleThrow): WireError {
  const { code, type, status } = error
  const own: WireProblem = {
    code,
    type,
    message: thrown.message ?? error.message,
    ...(thrown.param !== undefined && { param: thrown.param }),
    ...(error.example !== undefined && { details: error.example as NonNullable<WireProblem['details']> }),
  }
  return {
    ...own,
    status,
    title: contract.statuses[status]?.name ?? '',
    validation: thrown.violations !== undefined,
    problems: thrown.violations?.map(({ param, message }) => ({ code, type, param, message })) ?? [own],
    ...(contract.docUrlInBody && { docUrl: error.docUrl }),
    ...(error.retry === 'after_delay' && { retryAfterSeconds: 1 }),
  }
}

/** Values that HTTP wants with the code, as the guards write them. */
function exampleHeaders(
  contract: Contract,
  error: ResolvedError,
  operations: readonly DocumentedOperation[],
): [name: string, value: string][] {
  const limit = operations.flatMap((one) => one.limit)[0] ?? 'address'
  const readable = operations.find(({ body }) => body !== undefined)?.consumes ?? ['application/json']
  const values: Readonly<Record<string, string | undefined>> = {
    'Retry-After': '1',
    'WWW-Authenticate': challenge(contract, error, operations),
    Allow: allowOf(operations),
    Accept: readable.join(', '),
    RateLimit: `"${limit}";r=0;t=1`,
    'RateLimit-Policy': `"${limit}";q=100;w=60`,
  }
  return headersOf(error).flatMap((name) => (values[name] === undefined ? [] : [[name.toLowerCase(), values[name]]]))
}

/** RFC 6750 §3, as the guard of keys writes it. */
function challenge({ name: realm }: Contract, { name }: ResolvedError, operations: readonly DocumentedOperation[]) {
  const bearer = `Bearer realm="${realm.replace(/[^\w .-]/g, '')}"`
  if (/^api_key_(invalid|revoked|expired)$/.test(name)) return `${bearer}, error="invalid_token"`
  if (name !== 'permission_denied') return bearer
  const scopes = operations.find((one) => one.scopes.length > 0)?.scopes ?? []
  return `${bearer}, error="insufficient_scope", scope="${scopes.join(' ')}"`
}

/** Methods at the first path. */
function allowOf(operations: readonly DocumentedOperation[]): string {
  const path = operations[0]?.path
  const methods = operations.filter((one) => one.path === path).map(({ method }) => method)
  return [...methods, ...(methods.includes('GET') ? ['HEAD'] : []), 'OPTIONS'].join(', ')
}
