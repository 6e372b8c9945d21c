import type { Outcome, Stopped } from './api-client-error.ts'
import { runAttempt } from './attempt.ts'
import type { Attempt } from './attempt-record.ts'
import type { CallInput, CallOptions, ClientState } from './client-options.ts'
import { limitsOf } from './client-state.ts'
import { abortedError } from './connection-failures.ts'
import { tell } from './hooks.ts'
import { plainCopy } from './plain.ts'
import { prepareRequest } from './prepare-request.ts'
import { isSafeMethod, planRetry } from './retry-policy.ts'
import type { SafeResult } from './safe-result.ts'
import { within } from './within.ts'

/** Sends a request until it succeeds, cannot succeed, or may not be sent again. Throws no error of the call. */
export async function runCall(
  client: ClientState,
  method: string,
  path: string,
  input: CallInput & CallOptions,
): Promise<SafeResult> {
  const { clock } = client
  const { signal } = input
  const limits = limitsOf(input, client.limits)
  const request = prepareRequest(client, method, path, input)
  const { url, idempotencyKey } = request
  const event = { method, path: path.replace(/[?#].*/, ''), call: {} }
  const deadlineAt = clock.now() + limits.deadlineMs
  const attempts: Attempt[] = []
  let outcome: Outcome = 'not_sent'
  let paid = 0
  let last: (SafeResult & { readonly stopped?: Stopped | undefined }) | undefined

  while (!last && !signal?.aborted) {
    const sent = { number: attempts.length + 1, method, url: client.scrub(url.origin + url.pathname) }
    const headers = { ...request.headers, ...tell(client.onSend, { ...event, attempt: sent }) }
    const startedAt = clock.now()
    const limitMs = Math.min(limits.timeoutMs, deadlineAt - startedAt)
    const end = await runAttempt(client, request, headers, limitMs, signal)
    const { error, response } = end
    const plan = error && planRetry(client, error, request, limits, attempts, deadlineAt - clock.now())
    const attempt = {
      ...sent,
      durationMs: clock.now() - startedAt,
      status: response?.status,
      code: error?.rawCode ?? error?.code,
      delayMs: plan?.delayMs,
    }
    attempts.push(attempt)
    tell(client.onAttempt, { ...event, attempt, error })
    if (!error || !plan) {
      client.budget.succeed(paid)
      return end
    }
    // After one that may have taken effect only its recorded answer clears that up: any other refusal can have come from
    // a guard that stands before the key.
    if (isSafeMethod(method) || error.replayed || plan.outcome === 'unknown' || outcome === 'not_sent')
      outcome = plan.outcome
    if (plan.delayMs) {
      tell(client.onRetry, { ...event, attempt, error, delayMs: plan.delayMs })
      paid = plan.cost
      await within(clock, plan.delayMs, 'wait', signal, () => {})
    } else last = { ...end, stopped: plan.stopped }
  }

  const { error = abortedError(signal?.reason, client.scrub), response, stopped } = last ?? {}
  Object.assign(error, { attempts: plainCopy(attempts, client.scrub), outcome }, stopped && { stopped })
  // Can be read, but is not printed: like the rest of the request.
  if (idempotencyKey) Object.defineProperty(error, 'idempotencyKey', { value: idempotencyKey })
  tell(client.onError, { ...event, error })
  return { ok: false, error, response }
}
