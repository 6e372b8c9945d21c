import { describeCause } from '../server/describe-cause.ts'
import type { Log, LogEvent } from '../server/log.ts'
import type { Reply } from '../server/reply.ts'
import type { ApiRequest } from '../server/request.ts'
import { parseTarget } from '../server/target.ts'

/** Tells the log of a body that broke off after its status had gone out. */
export function logStreamFailure(
  log: Log,
  request: ApiRequest,
  reply: Reply,
  startedMs: number,
  thrown: unknown,
): void {
  const event: LogEvent = {
    at: Date.now(),
    requestId: reply.headers.find(([name]) => name === 'request-id')?.[1] ?? '',
    contract: '',
    method: request.method,
    path: parseTarget(request.target)?.path ?? '',
    status: reply.status,
    durationMs: performance.now() - startedMs,
    code: 'internal_error',
    source: 'handler',
    declared: false,
    cause: describeCause(thrown),
  }
  try {
    log(event)
  } catch {
    // The answer is lost already; the log cannot make it worse.
  }
}
