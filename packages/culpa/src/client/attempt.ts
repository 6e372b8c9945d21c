import type { ApiClientError } from './api-client-error.ts'
import type { ClientState } from './client-options.ts'
import { connectionFailure } from './connection-failure.ts'
import { abortedError, connectionError, timeoutError } from './connection-failures.ts'
import { judge } from './judge.ts'
import type { PreparedRequest } from './prepare-request.ts'
import { readBody } from './read-body.ts'
import type { Failed } from './retry-policy.ts'
import { within } from './within.ts'

/** How an attempt ended. `response` is absent where none arrived whole. */
export type AttemptEnd =
  | { readonly data: unknown; readonly response: Response }
  | { readonly error: ApiClientError; readonly failed: Failed; readonly response?: Response }

const maxErrorBytes = 65_536

/** Sends a request once. Never throws: whatever goes wrong is an error of this client. */
export async function runAttempt(
  client: ClientState,
  request: PreparedRequest,
  limitMs: number,
  signal: AbortSignal | undefined,
): Promise<AttemptEnd> {
  const { clock, secrets } = client
  let response: Response | undefined
  const phase = signal?.aborted ? 'connect' : 'exchange'
  try {
    const ending = await within({ clock, ms: limitMs, purpose: 'limit', signal }, async (ends) => {
      response = await client.fetch(request.url.href, toInit(request, ends))
      return { response, bytes: await readBody(response, response.ok ? Number.POSITIVE_INFINITY : maxErrorBytes) }
    })
    if (ending.by === 'work') return judge(client, request, ending.value.response, ending.value.bytes)
    if (ending.by === 'abort') return failed('final', abortedError({ cause: signal?.reason, phase, secrets }))
    return failed('lost', timeoutError({ timeoutMs: limitMs, phase, secrets }))
  } catch (cause) {
    // Once the headers are there it was sent, whatever the causes say.
    const { kind, phase } = response ? ({ kind: 'lost', phase: 'exchange' } as const) : connectionFailure(cause)
    return failed(kind, connectionError({ cause, phase, secrets }))
  }
}

function failed(kind: Failed['kind'], error: ApiClientError): AttemptEnd {
  return { error, failed: { kind } }
}

function toInit({ method, headers, content, repeatable }: PreparedRequest, signal: AbortSignal): RequestInit {
  const streaming = repeatable ? undefined : ({ duplex: 'half' } as const)
  return { method, headers, body: content as NonNullable<RequestInit['body']>, signal, ...streaming }
}
