import type { ClientState } from './client-options.ts'
import { ApiTimeoutError } from './connection-errors.ts'
import { abortedError, connectionError } from './connection-failures.ts'
import { judge } from './judge.ts'
import type { PreparedRequest } from './prepare-request.ts'
import type { SafeResult } from './safe-result.ts'
import { within } from './within.ts'

/** Sends a request once. Never throws: whatever goes wrong is an error of this client. */
export function runAttempt(
  client: ClientState,
  request: PreparedRequest,
  headers: Headers,
  ms: number,
  signal: AbortSignal | undefined,
): Promise<SafeResult> {
  const controller = new AbortController()
  const ended = (): SafeResult => {
    controller.abort()
    return { ok: false, error: signal?.aborted ? abortedError(signal.reason, client.scrub) : timeoutError(ms) }
  }
  return within(
    client.clock,
    ms,
    'limit',
    signal,
    ended,
    exchange(client, request, { ...request.init, headers, signal: controller.signal }),
  )
}

/** The error of what took longer than it may. */
export function timeoutError(ms: number): ApiTimeoutError {
  const message = `No whole response within ${Math.round(ms)} ms.`
  return new ApiTimeoutError({ type: 'api_connection_error', code: 'timeout', message })
}

async function exchange(client: ClientState, request: PreparedRequest, init: RequestInit): Promise<SafeResult> {
  let response: Response | undefined
  try {
    // Not as a method: browsers want `fetch` called on the window.
    response = await (client.fetch ?? fetch)(request.url.href, init)
    const { body, headers, type } = response
    const bytes = await readBody(response)
    // Not every `fetch` sees by itself that a body was cut. What was compressed has another length; across origins a page
    // does not see that it was.
    const isWhole = response.ok || bytes.length < maxErrorBytes
    const isComparable = isWhole && body && type !== 'cors' && !headers.has('content-encoding')
    if (isComparable && bytes.length < Number(headers.get('content-length'))) throw new Error('the body was cut')
    return judge(client, request, response, bytes)
  } catch (cause) {
    return { ok: false, error: connectionError(cause, response, client.scrub) }
  }
}

const maxErrorBytes = 1e6

/** The whole body of a success; of an error, as much as anybody will read. */
async function readBody(response: Response): Promise<Uint8Array> {
  if (response.ok || !response.body) return new Uint8Array(await response.arrayBuffer())
  const reader = response.body.getReader()
  const parts: Uint8Array<ArrayBuffer>[] = []
  for (let left = maxErrorBytes; left > 0; ) {
    const { done, value } = await reader.read()
    if (done) break
    parts.push(value)
    left -= value.length
  }
  reader.cancel().catch(() => {})
  return new Uint8Array(await new Blob(parts).arrayBuffer())
}
