import type { ClientState } from './client-options.ts'
import { ApiTimeoutError } from './connection-errors.ts'
import { abortedError, connectionError } from './connection-failures.ts'
import { judge } from './judge.ts'
import type { Scrub } from './plain.ts'
import type { PreparedRequest } from './prepare-request.ts'
import type { SafeResult } from './safe-result.ts'
import { within } from './within.ts'

/** Sends a request once. Never throws: whatever goes wrong is an error of this client. */
export function runAttempt(
  client: ClientState,
  request: PreparedRequest,
  headers: Readonly<Record<string, string>>,
  ms: number,
  signal: AbortSignal | undefined,
): Promise<SafeResult> {
  const controller = new AbortController()
  const ended = (): SafeResult => {
    controller.abort()
    return { ok: false, error: endedError(signal, ms, request.scrub) }
  }
  const work = exchange(client, request, { ...request.init, headers, signal: controller.signal })
  return within(client.clock, ms, 'limit', signal, ended, work)
}

/** The error of what its caller ended, or else of what took longer than it may. */
export function endedError(signal: AbortSignal | undefined, ms: number, scrub: Scrub) {
  if (signal?.aborted) return abortedError(signal.reason, scrub)
  const message = `No whole response within ${Math.round(ms)} ms.`
  return new ApiTimeoutError({ type: 'api_connection_error', code: 'timeout', message })
}

async function exchange(client: ClientState, request: PreparedRequest, init: RequestInit): Promise<SafeResult> {
  let response: Response | undefined
  try {
    // Not as a method: browsers want `fetch` called on the window.
    response = await (client.fetch ?? fetch)(request.url, init)
    const { ok, body, headers } = response
    const bytes = ok || !body ? new Uint8Array(await response.arrayBuffer()) : await readBounded(body)
    // Not every `fetch` sees by itself that a body was cut. What was compressed has another length; across origins a page
    // does not see that it was.
    const isShort = body && bytes.length < Number(headers.get('content-length'))
    const isComparable = isShort && response.type !== 'cors' && !headers.has('content-encoding')
    if (isComparable && (ok || bytes.length < maxErrorBytes)) throw new Error('the body was cut')
    return judge(client, request, response, bytes)
  } catch (cause) {
    return { ok: false, error: connectionError(cause, response, request.scrub) }
  }
}

const maxErrorBytes = 1e6

/** As much of the body of an error as anybody will read. */
async function readBounded(body: ReadableStream<Uint8Array<ArrayBuffer>>): Promise<Uint8Array> {
  const reader = body.getReader()
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
