import Negotiator from 'negotiator'
import { refusal } from '../contract/api-error.ts'
import { type CompiledGuard, type Guard, shared } from '../server/guard.ts'
import type { HeaderPair } from '../server/reply.ts'

/** The answer depends on the header (RFC 9110 §12.5.5); for an operation of one type only the refusal does. */
const varies: HeaderPair = ['vary', 'Accept']

/**
 * Refuses a request that accepts none of the types the operation can answer with: 406 `not_acceptable`
 * (RFC 9110 §12.5.1). The most specific range decides, then its weight; `q=0` forbids; no header accepts anything.
 * The refusal itself goes out as JSON all the same. Part of every API.
 */
export function accept(): Guard {
  const compiled = shared((...produces: string[]) => compile(produces))
  return {
    name: 'accept',
    stage: 'accept',
    codes: () => ['not_acceptable'],
    compile: ({ produces }) => compiled(...produces),
  }
}

function compile(produces: readonly string[]): CompiledGuard {
  const available = produces.flatMap((type) => [type, `${type}; charset=utf-8`])
  return {
    step({ request, replyHeaders }) {
      if (produces.length > 1) replyHeaders.push(varies)
      const header = request.header('accept')
      if (header === undefined || header === '*/*' || header.trim() === '' || produces.includes(header)) return
      if (new Negotiator({ headers: { accept: header } }).mediaTypes(available).length === 0) {
        throw refusal('not_acceptable', { headers: produces.length > 1 ? [] : [varies] })
      }
    },
  }
}
