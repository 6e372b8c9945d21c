import { isApiError, refusal } from '../contract/api-error.ts'
import type { Contract } from '../contract/define-contract.ts'
import type { Exchange } from '../server/exchange.ts'
import { after, rescue } from '../server/maybe-promise.ts'
import type { Reply } from '../server/reply.ts'
import type { IdempotencyRecord, MaybePromise, RecordedReply } from '../server/stores.ts'
import type { Claim } from './idempotency-key.ts'
import { replayReply } from './recorded-reply.ts'

/** Runs a handler under a claim, or without one. */
export type KeyedRun = (exchange: Exchange, claim: Claim | undefined) => MaybePromise<Reply>

/** The answer to a retry of a request that finished. */
export function replay(exchange: Exchange, record: RecordedReply): Reply {
  exchange.replayed = true
  const code = record.headers.find(([name]) => name === 'error-code')?.[1]
  if (code !== undefined) exchange.failure = { code, source: 'handler', declared: true, cause: undefined }
  return replayReply(record)
}

/** The answer to a request whose key is taken. */
export function answerTaken(exchange: Exchange, claim: Claim, record: IdempotencyRecord): Reply {
  if (record.fingerprint !== claim.fingerprint) throw refusal('idempotency_key_reused')
  if (record.state === 'finished') return replay(exchange, record.reply)
  if (record.state === 'running') throw refusal('idempotency_in_progress', { retryAfterSeconds: 1 })
  throw refusal(record.state === 'unknown' ? 'idempotency_outcome_unknown' : 'idempotency_response_expired')
}

/** True for a refusal that the same request would meet again: it is the result, and is recorded. One without effect is not. */
export function isFinal(contract: Contract, thrown: unknown): boolean {
  if (!isApiError(thrown) || thrown.noEffect) return false
  const declaration = contract.codes.get(thrown.code)
  return declaration !== undefined && declaration.declaredStatus < 500 && declaration.retry === 'never'
}

/** A store that fails answers 503; nothing has happened then. A misuse of it stays what it is; fetch fails with a cause. */
export function guarded<Value>(
  ask: () => MaybePromise<Value>,
  conclude: (value: Value) => MaybePromise<Reply>,
): MaybePromise<Reply> {
  return after(rescue(ask, storeLost), conclude)
}

function storeLost(cause: unknown): never {
  const isMisuse = cause instanceof TypeError && cause.cause === undefined
  throw isMisuse ? cause : refusal('service_unavailable', { cause })
}
