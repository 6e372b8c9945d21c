import type { ClientState } from './client-options.ts'
import { InvalidResponseError } from './connection-errors.ts'
import { isErrorEnvelope } from './error-envelope.ts'
import type { PreparedRequest } from './prepare-request.ts'
import { responseError } from './response-error.ts'
import type { SafeResult } from './safe-result.ts'

/**
 * What a response that arrived whole is: a success with its data, an error of the server, or a success that is none,
 * since it is no JSON where JSON was asked for or announced. Where neither, it is text or bytes.
 */
export function judge(
  client: ClientState,
  request: PreparedRequest,
  { ok, status, headers }: Response,
  bytes: Uint8Array,
): SafeResult {
  const { scrub, init } = request
  const response = {
    // A browser tells no more of a redirect.
    status: status || 302,
    headers,
    requestId: headers.get('request-id') || headers.get('x-request-id') || undefined,
    replayed: headers.get('idempotent-replayed') === 'true',
  }
  const text = decoder.decode(bytes)
  if (ok) {
    const type = () => headers.get('content-type') ?? ''
    if (!text && (init.method === 'HEAD' || status === 204 || !type())) return { ok, data: undefined, response }
    if (!/json/i.test(request.headers.accept ?? '') && !/^[^;]*[/+]json\b/i.test(type()))
      return { ok, data: /^text\//i.test(type()) ? text : bytes, response }
    try {
      const data = JSON.parse(text)
      if (!isErrorEnvelope(data, client.format, client.readers)) return { ok, data, response }
    } catch {
      // What the parser says of it may quote the half of a secret.
      const message = `The body is no JSON (${type()}).`
      return {
        ok: false,
        error: new InvalidResponseError({ ...response, code: 'response_invalid', message, scrub }),
        response,
      }
    }
  }
  return { ok: false, error: responseError(client, init.method, { ...response, rawBody: text, scrub }), response }
}

/** Made once, as that takes longer than to decode; it keeps nothing of what it decoded. */
const decoder = new TextDecoder()
