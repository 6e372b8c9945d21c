import { ContractError, kindOf } from '../contract/contract-error.ts'
import type { Exchange } from './exchange.ts'
import type { Operation } from './operation.ts'
import type { HeaderPair, Reply } from './reply.ts'

/** Who may call from a browser. */
export interface CorsOptions {
  /** `*`, or the origins, as `https://app.example.com`. */
  readonly origins: '*' | readonly string[]
  /** Seconds a preflight's answer may be kept. Default 600. */
  readonly maxAgeSeconds?: number
}

/** Headers that a page may read of any answer. */
const exposed = [
  'Request-Id',
  'Error-Code',
  'Link',
  'Retry-After',
  'RateLimit',
  'RateLimit-Policy',
  'WWW-Authenticate',
  'Idempotent-Replayed',
  'ETag',
].join(', ')

const requestHeaders = ['Authorization', 'Content-Type', 'Idempotency-Key', 'If-Match', 'X-Api-Key']

/** The operations at a path. */
interface CorsRoute {
  readonly allow: string
  readonly methods: ReadonlyMap<string, { readonly operation: Operation }>
}

export interface Cors {
  /** The headers of an answer to this origin, success or failure alike. */
  headers(exchange: Exchange): readonly HeaderPair[]
  /** The answer to a preflight, or `undefined` when the request is none. */
  preflight(exchange: Exchange, route: CorsRoute): Reply | undefined
}

/**
 * Cross-origin resource sharing (Fetch standard §3.2): errors carry the same headers as successes, or a page could not
 * tell why it was refused.
 * @throws {ContractError} for an origin with a path, or that is none
 */
export function createCors(options: CorsOptions): Cors {
  const any = options.origins === '*'
  const origins = new Set(any ? [] : options.origins)
  for (const origin of origins) {
    if (/^https?:\/\/[^/?#\s]+$/.test(origin)) continue
    throw new ContractError(
      'createApi: cors.origins',
      `no origin, ${kindOf(origin)}`,
      "such as 'https://app.example.com'",
    )
  }
  const everyone: readonly HeaderPair[] = [
    ['access-control-allow-origin', '*'],
    ['access-control-expose-headers', exposed],
  ]
  const nobody: readonly HeaderPair[] = [['vary', 'Origin']]

  function headers(exchange: Exchange): readonly HeaderPair[] {
    if (any) return everyone
    const origin = exchange.request.header('origin')
    if (origin === undefined || !origins.has(origin)) return nobody
    return [
      ['access-control-allow-origin', origin],
      ['access-control-expose-headers', exposed],
      ['vary', 'Origin'],
    ]
  }

  function preflight({ request }: Exchange, { allow, methods }: CorsRoute): Reply | undefined {
    if (request.header('origin') === undefined || request.header('access-control-request-method') === undefined) {
      return undefined
    }
    const declared = [...methods.values()].flatMap(({ operation }) => Object.keys(operation.headers ?? {}))
    return {
      status: 204,
      headers: [
        ['allow', allow],
        ['access-control-allow-methods', allow],
        ['access-control-allow-headers', [...requestHeaders, ...declared].join(', ')],
        ['access-control-max-age', String(options.maxAgeSeconds ?? 600)],
      ],
      body: null,
    }
  }

  return { headers, preflight }
}
