import { type HeaderPair, isHandlerReply, type Reply } from './reply.ts'
import { safeHeaders } from './safe-headers.ts'

const json: HeaderPair = ['content-type', 'application/json']
const noBody: Reply = { status: 204, headers: [], body: null }

/**
 * Turns what a handler returned into an answer: a plain value is 200 with JSON, nothing is 204.
 * @throws {TypeError} for a value JSON cannot write, a header HTTP does not allow, a status that is no success
 */
export function toSuccessReply(value: unknown): Reply {
  if (value === undefined) return noBody
  if (!isHandlerReply(value)) return { status: 200, headers: [json], body: toJson(value) }
  const { status, body } = value
  if (!Number.isInteger(status) || status < 200 || status > 399) {
    throw new TypeError(`a handler answered with status ${status}: throw an error of the contract for 4xx and 5xx`)
  }
  const headers = safeHeaders(value.headers)
  if (body instanceof ReadableStream) return { status, headers, body }
  if (status === 204 || status === 304) return { status, headers, body: null }
  if (body === null || body instanceof Uint8Array) return { status, headers, body }
  if (headers.some(([name]) => name === 'content-type')) {
    return { status, headers, body: typeof body === 'string' ? body : toJson(body) }
  }
  return { status, headers: [json, ...headers], body: toJson(body) }
}

function toJson(value: unknown): string {
  if (!isPlain(value) && isLostInJson(value)) {
    throw new TypeError(
      `a handler answered with a ${value.constructor.name}, which JSON would write as {}: use reply()`,
    )
  }
  const text = JSON.stringify(value)
  if (text === undefined) throw new TypeError(`a handler answered with a ${typeof value}, which JSON cannot write`)
  return text
}

function isPlain(value: unknown): boolean {
  return typeof value === 'object' && value !== null && Object.getPrototypeOf(value) === Object.prototype
}

function isLostInJson(value: unknown): value is object {
  return value instanceof Response || value instanceof ReadableStream || value instanceof Map || value instanceof Set
}
