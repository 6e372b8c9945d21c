import { refusal } from '../contract/api-error.ts'
import type { Exchange } from '../server/exchange.ts'
import type { Guard } from '../server/guard.ts'
import { after } from '../server/maybe-promise.ts'

/**
 * Compares `If-Match` with the current ETag of the resource (RFC 9110 §13.1.1): 412 `precondition_failed`, and
 * 428 `precondition_required` where the operation insists (RFC 6585 §3). The comparison is made twice: before anything is
 * claimed, and again right before the handler. In transactional mode, where
 * `etag` reads through its `tx`, nobody can come in between. Part of every API.
 * @example
 * operation('PATCH /v1/payments/:id', { precondition: 'required', etag: ({ params }) => versionOf(params.id), … })
 */
export function precondition(): Guard {
  return {
    name: 'precondition',
    stage: 'precondition',
    codes: ({ precondition: wanted }) =>
      wanted === 'required' ? ['precondition_required', 'precondition_failed'] : ['precondition_failed'],
    compile({ precondition: wanted, etag }) {
      if (wanted === 'ignored' || etag === undefined) return undefined
      return {
        // Once more where the handler runs, inside its transaction: somebody may have been quicker.
        around: (run) => (exchange) => {
          const header = exchange.request.header('if-match')
          if (header === undefined) return run(exchange)
          return after(etag(inputOf(exchange)), (current) => {
            compare(header, current)
            return run(exchange)
          })
        },
        step(exchange: Exchange) {
          const header = exchange.request.header('if-match')
          if (header === undefined) {
            if (wanted === 'required') throw refusal('precondition_required', { param: 'If-Match' })
            return
          }
          // The claim comes first then: a retry must hear of its first attempt, not of what that has changed.
          if (isKeyed(exchange)) return
          return after(etag(inputOf(exchange)), (current) => compare(header, current))
        },
      }
    },
  }
}

function inputOf({ params, caller, tx }: Exchange) {
  return { params, caller, tx }
}

function isKeyed({ operation, request }: Exchange): boolean {
  return operation?.idempotency !== 'ignored' && request.header('idempotency-key') !== undefined
}

/** A resource that is absent is left to the handler, which can say more than 412. Weak tags never match. */
function compare(header: string, current: string | undefined): undefined {
  if (current === undefined || header.trim() === '*') return
  const wanted = header.match(/(?:W\/)?"[^"]*"/g)
  if (current.startsWith('W/') || wanted?.includes(current) !== true)
    throw refusal('precondition_failed', { param: 'If-Match', noEffect: true })
}
