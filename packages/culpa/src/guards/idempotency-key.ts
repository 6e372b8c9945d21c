import { createHash, hash } from 'node:crypto'
import { refusal } from '../contract/api-error.ts'
import type { Exchange } from '../server/exchange.ts'

/** What a keyed request claims. */
export interface Claim {
  readonly scope: string
  readonly fingerprint: string
}

/**
 * Reads the claim of a request: `undefined` without the header.
 * The key is 1 to 255 visible ASCII characters, bare or as a string of RFC 8941: `"abc"` and `abc` are one key. Its
 * scope is tenant, environment, route and key, so that it outlives a rotated API key and never meets another tenant's.
 * The fingerprint covers method, full target, content type and the raw bytes of the body.
 * @throws {ApiError} `idempotency_key_malformed`
 */
export function readClaim(exchange: Exchange): Claim | undefined {
  const key = readKey(exchange)
  if (key === undefined) return undefined
  const { request, caller, operation, rawBody } = exchange
  const scope = JSON.stringify([caller.tenant, caller.environment, operation?.id, key])
  const head = JSON.stringify([request.method, exchange.path, exchange.search, request.header('content-type') ?? ''])
  return { scope, fingerprint: fingerprintOf(head, rawBody ?? nothing) }
}

const nothing = new Uint8Array(0)

/** Longer bodies are not copied, and short ones need no hash object. */
const maxCopiedBytes = 16_384

/** Room for a body, and for a head of as many characters of up to three bytes. */
const copied = Buffer.alloc(4 * maxCopiedBytes)

function fingerprintOf(head: string, body: Uint8Array): string {
  if (head.length > maxCopiedBytes || body.byteLength > maxCopiedBytes)
    return createHash('sha256').update(head).update(body).digest('base64url')
  const headBytes = copied.write(head)
  copied.set(body, headBytes)
  return hash('sha256', copied.subarray(0, headBytes + body.byteLength), 'base64url')
}

/**
 * The idempotency key alone; `undefined` without the header.
 * @throws {ApiError} `idempotency_key_malformed`
 */
export function readKey({ request }: Exchange): string | undefined {
  const header = request.header('idempotency-key')
  if (header === undefined) return undefined
  if (request.headerCount('idempotency-key') > 1) throw refusal('idempotency_key_malformed')
  return parseKeyHeader(header)
}

function parseKeyHeader(header: string): string {
  const text = header.trim()
  if (/^(?!")[\x21-\x7e]{1,255}$/.test(text)) return text
  const quoted = /^"((?:[^"\\]|\\["\\])*)"$/.exec(text)?.[1]
  const key = quoted?.replace(/\\(["\\])/g, '$1')
  if (key !== undefined && /^[\x21-\x7e]{1,255}$/.test(key)) return key
  throw refusal('idempotency_key_malformed')
}

/** The idempotency key to hand to a foreign system for one step of a request: the same on every attempt. */
export function stepKeyOf(scope: string, step: string): string {
  return createHash('sha256')
    .update(JSON.stringify([scope, step]))
    .digest('hex')
}
