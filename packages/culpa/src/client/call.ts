import type { ApiClientError, Outcome, Stopped } from './api-client-error.ts'
import { toApiResponse } from './api-response.ts'
import { type AttemptEnd, runAttempt } from './attempt.ts'
import type { Attempt } from './attempt-record.ts'
import { attemptOutcome, callOutcome } from './call-outcome.ts'
import type { CallEvent, CallLimits, ClientState } from './client-options.ts'
import { completed } from './completed.ts'
import { abortedError } from './connection-failures.ts'
import { tell } from './hooks.ts'
import { planRetry, type RetryPlan } from './plan-retry.ts'
import type { PreparedRequest } from './prepare-request.ts'
import { isSafeMethod } from './retry-policy.ts'
import type { SafeResult } from './safe-result.ts'
import { pause } from './within.ts'

interface Call {
  readonly client: ClientState
  readonly request: PreparedRequest
  readonly limits: CallLimits
  readonly signal: AbortSignal | undefined
  readonly event: CallEvent
  readonly deadlineAt: number
  readonly attempts: Attempt[]
  /** What each failed attempt may have done. */
  readonly outcomes: Outcome[]
  /** What the budget paid for the attempt that runs. */
  cost: number
  wasEarly: boolean
}

/** Sends a request until it succeeds, cannot succeed, or may not be sent again. Throws no error of the call. */
export async function runCall(
  client: ClientState,
  request: PreparedRequest,
  limits: CallLimits,
  signal: AbortSignal | undefined,
): Promise<SafeResult> {
  const call: Call = {
    client,
    request,
    limits,
    signal,
    event: { method: request.method, path: request.path, call: {} },
    deadlineAt: client.clock.now() + limits.deadlineMs,
    attempts: [],
    outcomes: [],
    cost: 0,
    wasEarly: false,
  }
  for (;;) {
    const result = await tryOnce(call)
    if (result !== undefined) return result
  }
}

/** One attempt, and the wait for the next; nothing where there is a next. */
async function tryOnce(call: Call): Promise<SafeResult | undefined> {
  const { client, request, limits, signal } = call
  const number = call.attempts.length + 1
  const sent = { number, method: request.method, url: request.url.origin + request.url.pathname }
  const headers = {
    ...request.headers,
    ...tell(client.hooks.onSend, { ...call.event, attempt: sent }),
  }
  const startedAt = client.clock.now()
  const limitMs = Math.min(limits.timeoutMs, call.deadlineAt - startedAt)
  const end = await runAttempt(client, { ...request, headers }, limitMs, signal)
  const leftMs = call.deadlineAt - client.clock.now()
  const plan: RetryPlan =
    'error' in end
      ? planRetry(client, end.failed, { ...request, wasEarly: call.wasEarly }, { limits, attempts: number, leftMs })
      : {}
  note(call, end, plan, { ...sent, durationMs: client.clock.now() - startedAt })
  if (!('error' in end)) return { ok: true, data: end.data, response: toApiResponse(end.response) }
  if (plan.delayMs === undefined) return fail(call, end.error, plan.stopped, end.response)
  call.cost = plan.cost
  call.wasEarly ||= end.failed.status === 425
  if (await pause(plan.delayMs, client.clock, signal)) return undefined
  return fail(call, abortedError({ cause: signal?.reason, phase: 'connect', secrets: client.secrets }))
}

/** Writes down what an attempt came to, settles its cost and tells the hooks. */
function note(call: Call, end: AttemptEnd, { delayMs }: RetryPlan, sent: Attempt): void {
  const { budget, hooks } = call.client
  const error = 'error' in end ? end.error : undefined
  const attempt: Attempt = {
    ...sent,
    ...(end.response !== undefined && { status: end.response.status }),
    ...(error !== undefined && { code: error.rawCode ?? error.code }),
    ...(delayMs !== undefined && { delayMs }),
  }
  call.attempts.push(attempt)
  if ('error' in end) call.outcomes.push(attemptOutcome(end.error, end.failed))
  else if (call.cost > 0) budget.refund(call.cost)
  else budget.earn()
  tell(hooks.onAttempt, { ...call.event, attempt, ...(error !== undefined && { error }) })
  if (error !== undefined && delayMs !== undefined) tell(hooks.onRetry, { ...call.event, attempt, error, delayMs })
}

/** Ends a call in an error, which is told all that is known of the call. */
function fail(call: Call, last: ApiClientError, stopped?: Stopped, response?: Response): SafeResult {
  const { hooks } = call.client
  const { method, idempotencyKey } = call.request
  const outcome = callOutcome(call.outcomes, isSafeMethod(method), last.replayed)
  const error = completed(last, { outcome, attempts: call.attempts, stopped, idempotencyKey })
  tell(hooks.onError, { ...call.event, error })
  return { ok: false, error, ...(response !== undefined && { response: toApiResponse(response) }) }
}
