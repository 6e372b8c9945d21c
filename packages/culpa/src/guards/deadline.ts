import { refusal } from '../contract/api-error.ts'
import { checkNumber } from '../server/check-number.ts'
import { describeCause } from '../server/describe-cause.ts'
import type { Exchange } from '../server/exchange.ts'
import type { Guard } from '../server/guard.ts'
import type { Reply } from '../server/reply.ts'

/**
 * Ends the waiting for a handler at its deadline: 504 `upstream_timeout`. The handler's signal aborts; what it throws
 * afterwards goes to the log, what it still finishes is recorded under its idempotency key. Part of every API.
 * @throws {ContractError} for a time that no timer can hold
 */
export function deadline(defaultTimeoutMs: number): Guard {
  checkNumber('createApi: timeoutMs', defaultTimeoutMs)
  return {
    name: 'deadline',
    stage: 'deadline',
    codes: () => ['upstream_timeout'],
    compile({ timeoutMs = defaultTimeoutMs }) {
      return {
        around: (run) => (exchange) => {
          const answer = run(exchange)
          if (!(answer instanceof Promise)) return answer
          exchange.host.track(answer)
          return limit(exchange, answer, timeoutMs)
        },
      }
    },
  }
}

function limit(exchange: Exchange, answer: Promise<Reply>, timeoutMs: number): Promise<Reply> {
  return new Promise((resolve, reject) => {
    let expired: Error | undefined
    const timer = setTimeout(() => {
      expired = refusal('upstream_timeout')
      reject(expired)
      exchange.expire(expired)
    }, timeoutMs)
    answer.then(
      (reply) => {
        clearTimeout(timer)
        if (expired === undefined) return resolve(reply)
        // Nobody will read it.
        if (reply.body instanceof ReadableStream) reply.body.cancel(expired).catch(() => undefined)
        const cause = exchange.failure?.cause
        if (cause !== undefined) exchange.host.reportLate(exchange, cause)
      },
      (thrown) => {
        clearTimeout(timer)
        if (expired === undefined) reject(thrown)
        else if (!cameFrom(thrown, expired)) exchange.host.reportLate(exchange, describeCause(thrown))
      },
    )
  })
}

/** True when the handler only passed on that its own signal was aborted. */
function cameFrom(thrown: unknown, expired: Error): boolean {
  try {
    return thrown === expired || (thrown as Error).cause === expired
  } catch {
    return false
  }
}
