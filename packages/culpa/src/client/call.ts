import type { ApiClientError, Outcome, Stopped } from './api-client-error.ts'
import { runAttempt, timeoutError } from './attempt.ts'
import type { Attempt } from './attempt-record.ts'
import type { CallInput, CallOptions, ClientState } from './client-options.ts'
import { credentialsOf, limitsOf } from './client-state.ts'
import { abortedError } from './connection-failures.ts'
import { tell } from './hooks.ts'
import { plainCopy, scrubber } from './plain.ts'
import { prepareRequest } from './prepare-request.ts'
import { isSafeMethod, planRetry } from './retry-policy.ts'
import type { SafeResult } from './safe-result.ts'
import { within } from './within.ts'

/** Sends a request until it succeeds, cannot succeed, or may not be sent again. Throws no error of the call. */
export async function runCall(
  shared: ClientState,
  method: string,
  path: string,
  input: CallInput & CallOptions,
): Promise<SafeResult> {
  const { clock } = shared
  const { signal } = input
  const limits = limitsOf(input, shared.limits)
  const deadlineAt = clock.now() + limits.deadlineMs
  const credentials = credentialsOf(input.headers)
  const request = await prepareRequest(shared, method, path, input)
  const { template, url, idempotencyKey } = request
  const secrets = [
    ...credentials,
    ...(url.search ? credentialsOf(Object.fromEntries(url.searchParams)) : []),
    url.search,
  ]
  const client = secrets.join('') ? { ...shared, scrub: scrubber([...shared.secrets, ...secrets]) } : shared
  const event = { method, path: client.scrub(template), call: {} }
  const attempts: Attempt[] = []
  let outcome: Outcome = 'not_sent'
  let paid = 0

  /** Notes on an error what is known of the call so far, before anybody is told of it. */
  function note(error: ApiClientError, stopped?: Stopped): void {
    Object.assign(error, { attempts: plainCopy(attempts, client.scrub), outcome }, stopped && { stopped })
    // Can be read, but is not printed: like the rest of the request.
    if (idempotencyKey) Object.defineProperty(error, 'idempotencyKey', { value: idempotencyKey })
  }

  let last: SafeResult | undefined
  while (!signal?.aborted && clock.now() < deadlineAt) {
    const sent = { number: attempts.length + 1, method, url: client.scrub(url.origin + url.pathname) }
    const headers = withOthers(request.headers, tell(client.onSend, { ...event, attempt: { ...sent } }))
    const startedAt = clock.now()
    const limitMs = Math.min(limits.timeoutMs, deadlineAt - startedAt)
    const end = await runAttempt(client, request, headers, limitMs, signal)
    const { error, response } = end
    const plan = error && planRetry(client, error, request, limits, attempts, deadlineAt - clock.now())
    const attempt = {
      ...sent,
      durationMs: Math.round(clock.now() - startedAt),
      status: response?.status,
      code: error?.rawCode ?? error?.code,
      delayMs: plan?.delayMs,
    }
    attempts.push(attempt)
    if (!error || !plan) {
      client.budget.succeed(paid)
      tell(client.onAttempt, { ...event, attempt: { ...attempt } })
      return end
    }
    // After one that may have taken effect only its recorded answer clears that up: every other refusal can have come from
    // a guard that stands before the key.
    if (isSafeMethod(method) || error.replayed || plan.outcome === 'unknown' || outcome === 'not_sent')
      outcome = plan.outcome
    note(error, plan.stopped)
    tell(client.onAttempt, { ...event, attempt: { ...attempt }, error })
    if (!plan.delayMs) {
      tell(client.onError, { ...event, error })
      return end
    }
    tell(client.onRetry, { ...event, attempt: { ...attempt }, error, delayMs: plan.delayMs })
    paid = plan.cost
    last = end
    await within(clock, plan.delayMs, 'wait', signal, () => {})
  }

  // Whoever held up the process had it miss its deadline: nothing is sent after that.
  const error = signal?.aborted
    ? abortedError(signal.reason, client.scrub)
    : (last?.error ?? timeoutError(limits.deadlineMs))
  note(error, signal?.aborted ? undefined : 'deadline')
  tell(client.onError, { ...event, error })
  return { ok: false, error, ...(signal?.aborted ? {} : { response: last?.response }) }
}

/** What HTTP, or the platform, does not allow of what a hook adds is left out; so is another key. */
function withOthers(headers: Headers, others?: Readonly<Record<string, string>>): Headers {
  if (!others) return headers
  const all = new Headers(headers)
  for (const [name, value] of Object.entries(others)) {
    if (/^(connection|transfer-encoding|expect|upgrade|keep-alive|content-length|host|idempotency-key)$/i.test(name))
      continue
    try {
      all.set(name, value)
    } catch {
      // As said.
    }
  }
  return all
}
