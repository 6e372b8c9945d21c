import { type ApiErrorOptions, refusal } from '../contract/api-error.ts'

export interface UpstreamOptions extends Omit<RequestInit, 'redirect'> {
  /** The whole exchange, body included, in milliseconds. Default 10 000. */
  readonly timeoutMs?: number
  /** Default 1 MiB. */
  readonly maxBodyBytes?: number
}

/** What an upstream answered: any status but those that mean it failed. */
export interface UpstreamAnswer {
  readonly status: number
  readonly headers: Headers
  /** Parsed JSON; `undefined` for an empty body. */
  readonly body: unknown
}

/** Codes of a connection that was never made: the upstream cannot have acted. */
const neverSent = new Set([
  'ECONNREFUSED',
  'ENOTFOUND',
  'EAI_AGAIN',
  'EHOSTUNREACH',
  'ENETUNREACH',
  'UND_ERR_CONNECT_TIMEOUT',
])

/**
 * Calls a service this API depends on and turns its failures into the contract's: no valid answer → `upstream_invalid`
 * (502), unavailable or overloaded → `service_unavailable` (503), too slow → `upstream_timeout` (504). Nothing of what
 * the upstream said reaches the caller. Redirects are not followed.
 * @throws {ApiError} those three; the operation must declare them
 * @example
 * const { status, body } = await callUpstream(`${bank}/charges`, { method: 'POST', body: JSON.stringify(charge), signal })
 */
export async function callUpstream(url: string, options: UpstreamOptions = {}): Promise<UpstreamAnswer> {
  const { timeoutMs = 10_000, maxBodyBytes = 1_048_576, signal, ...init } = options
  const limit = AbortSignal.timeout(timeoutMs)
  const combined = signal == null ? limit : AbortSignal.any([limit, signal])
  try {
    const response = await fetch(url, { ...init, redirect: 'manual', signal: combined })
    const text = await readText(response, maxBodyBytes)
    refuseStatus(response)
    return { status: response.status, headers: response.headers, body: text === '' ? undefined : JSON.parse(text) }
  } catch (cause) {
    if (isRefusal(cause)) throw cause
    if (combined.aborted) throw refusal('upstream_timeout', { cause: combined.reason })
    throw toRefusal(cause)
  }
}

async function readText(response: Response, maxBodyBytes: number): Promise<string> {
  const decoder = new TextDecoder('utf-8', { fatal: true })
  let text = ''
  let size = 0
  for await (const chunk of response.body ?? []) {
    size += chunk.byteLength
    if (size > maxBodyBytes) throw new TypeError(`the upstream's body is longer than ${maxBodyBytes} bytes`)
    text += decoder.decode(chunk, { stream: true })
  }
  return text + decoder.decode()
}

function refuseStatus({ status, headers }: Response): void {
  if (status === 503 || status === 429) {
    const seconds = Number(headers.get('retry-after') ?? Number.NaN)
    const options: ApiErrorOptions = { cause: `the upstream answered ${status}` }
    throw refusal(
      'service_unavailable',
      seconds > 0 && seconds <= 86_400 ? { ...options, retryAfterSeconds: seconds } : options,
    )
  }
  if (status >= 500 || (status >= 300 && status < 400)) {
    throw refusal('upstream_invalid', { cause: `the upstream answered ${status}` })
  }
}

const refusals = new Set(['service_unavailable', 'upstream_invalid'])

function isRefusal(thrown: unknown): boolean {
  return refusals.has((thrown as { code?: string } | null)?.code ?? '')
}

function toRefusal(cause: unknown) {
  const code = ((cause as Error | null)?.cause as { code?: string } | undefined)?.code ?? ''
  if (code.endsWith('TIMEOUT')) return refusal('upstream_timeout', { cause, noEffect: neverSent.has(code) })
  return refusal('upstream_invalid', { cause, noEffect: neverSent.has(code) })
}
