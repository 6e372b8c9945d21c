import { type ApiError, isApiError, refusal } from '../contract/api-error.ts'
import type { Exchange } from '../server/exchange.ts'
import type { Guard } from '../server/guard.ts'
import { parseForm } from './form-body.ts'
import { decodeUtf8, parseJsonBody } from './json-body.ts'

/** The longest a body may nest. */
const maxDepth = 64
const empty = new Uint8Array(0)

/**
 * Reads the body: refuses one that is too large (413 `body_too_large`, before it is read where its length says so) or
 * cannot be read (400 `body_malformed`). An absent body, one of zero bytes, counts as an empty object, so that
 * validation can name what is missing. Part of every API.
 */
export function body(): Guard {
  return {
    name: 'body',
    stage: 'body',
    codes: ({ body: schema }) => (schema === undefined ? [] : ['body_malformed']),
    compile({ body: schema, idempotency, maxBodyBytes }) {
      if (schema === undefined && idempotency === 'ignored') return undefined

      function read(exchange: Exchange, bytes: Uint8Array): void {
        exchange.rawBody = bytes
        if (schema === undefined) return
        if (bytes.byteLength === 0) exchange.body = {}
        else if (isForm(exchange)) exchange.body = parseForm(decodeUtf8(bytes), maxDepth)
        else exchange.body = parseJsonBody(bytes, maxDepth)
      }

      /** Returns the refusal: the engine never compiles what always throws, and such bodies come in floods. */
      function parse(exchange: Exchange, bytes: Uint8Array): ApiError | undefined {
        try {
          read(exchange, bytes)
          return undefined
        } catch (thrown) {
          if (isApiError(thrown)) return thrown
          throw thrown
        }
      }

      return {
        step(exchange) {
          const { request } = exchange
          if (!request.hasBody) return parse(exchange, empty)
          if (Number(request.header('content-length') ?? 0) > maxBodyBytes) {
            throw refusal('body_too_large', { headers: [['connection', 'close']] })
          }
          return request.body(maxBodyBytes).then((bytes) => parse(exchange, bytes))
        },
      }
    },
  }
}

function isForm({ request }: Exchange): boolean {
  return /^\s*application\/x-www-form-urlencoded\s*(;|$)/i.test(request.header('content-type') ?? '')
}
