import type { ApiClientError, Outcome, Stopped } from './api-client-error.ts'
import { endedError, runAttempt } from './attempt.ts'
import type { Attempt, SentAttempt } from './attempt-record.ts'
import type { CallEvent, CallInput, CallOptions, ClientState } from './client-options.ts'
import { limitsOf, toHeaders } from './client-state.ts'
import { plainCopy } from './plain.ts'
import { prepareRequest } from './prepare-request.ts'
import { withoutQuery } from './request-url.ts'
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
  const deadlineAt = clock.now() + limits.deadlineMs
  const request = await prepareRequest(client, method, path, input)
  const { scrub, idempotencyKey } = request
  const call = {}
  const attempts: Attempt[] = []
  let outcome: Outcome = 'not_sent'
  let paid = 0
  let last: SafeResult | undefined

  /** The next attempt. Like all that only hooks and errors tell, put into words when one of them does. */
  function nextAttempt(): SentAttempt {
    return { number: attempts.length + 1, method, url: scrub(withoutQuery(new URL(request.url).href)) }
  }

  /** Tells a hook, and gives what it answers. What it throws, now or later, changes nothing for the call. */
  function tell<More, Answer>(hook: ((event: CallEvent & More) => Answer) | undefined, more: () => More) {
    try {
      const answer = hook?.({ method, path: scrub(withoutQuery(path)), call, ...more() })
      // Of a hook that is asynchronous.
      ;(answer as Partial<Promise<unknown>> | undefined)?.catch?.(() => {})
      return answer
    } catch {
      // As said.
    }
  }

  /** Notes on an error what is known of the call so far, before anybody is told of it. */
  function note(error: ApiClientError, stopped?: Stopped): void {
    Object.assign(error, { attempts: plainCopy(attempts, scrub), outcome }, stopped && { stopped })
    // Can be read, but is not printed: like the rest of the request.
    if (idempotencyKey) Object.defineProperty(error, 'idempotencyKey', { value: idempotencyKey })
  }

  while (!signal?.aborted && clock.now() < deadlineAt) {
    const others = tell(client.onSend, () => ({ attempt: nextAttempt() }))
    const added = others && toHeaders(others, ours)
    if (added) scrub('', added)
    const headers = { ...request.headers, ...added }
    const startedAt = clock.now()
    const limitMs = Math.min(limits.timeoutMs, deadlineAt - startedAt)
    const end = await runAttempt(client, request, headers, limitMs, signal)
    const { error, response } = end
    const plan = error && planRetry(client, error, request, limits, attempts, deadlineAt - clock.now())
    const toAttempt = (): Attempt => ({
      ...nextAttempt(),
      durationMs: Math.round(clock.now() - startedAt),
      status: response?.status,
      code: error?.rawCode ?? error?.code,
      delayMs: plan?.delayMs,
    })
    if (!error || !plan) {
      client.budget.succeed(paid)
      tell(client.onAttempt, () => ({ attempt: toAttempt() }))
      return end
    }
    const attempt = toAttempt()
    attempts.push(attempt)
    // After one that may have taken effect only its recorded answer clears that up: every other refusal can have come from
    // a guard that stands before the key.
    if (isSafeMethod(method) || error.replayed || plan.outcome === 'unknown' || outcome === 'not_sent')
      outcome = plan.outcome
    note(error, plan.stopped)
    tell(client.onAttempt, () => ({ attempt: { ...attempt }, error }))
    const { delayMs } = plan
    if (!delayMs) {
      tell(client.onError, () => ({ error }))
      return end
    }
    tell(client.onRetry, () => ({ attempt: { ...attempt }, error, delayMs }))
    paid = plan.cost
    last = end
    await within(clock, delayMs, 'wait', signal, () => {})
  }

  // Whoever held up the process had it miss its deadline: nothing is sent after that.
  const { error = endedError(signal, limits.deadlineMs, scrub), response } = (!signal?.aborted && last) || {}
  note(error, signal?.aborted ? undefined : 'deadline')
  tell(client.onError, () => ({ error }))
  return { ok: false, error, response }
}

/** What the platform does not allow of what a hook adds; and another key. */
const ours = /^(connection|transfer-encoding|expect|upgrade|keep-alive|content-length|host|idempotency-key)$/i
