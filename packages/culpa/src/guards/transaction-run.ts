import type { Contract } from '../contract/define-contract.ts'
import type { Fail, Run } from '../server/guard.ts'
import { after, rescue } from '../server/maybe-promise.ts'
import type { Reply } from '../server/reply.ts'
import type {
  IdempotencyRecord,
  IdempotencyStore,
  MaybePromise,
  RecordedReply,
  TransactionEnd,
} from '../server/stores.ts'
import type { Claim } from './idempotency-key.ts'
import { answerTaken, guarded, isFinal, type KeyedRun } from './keyed-run.ts'
import { firstReply, toRecord } from './recorded-reply.ts'

/** Transactional mode: claim, what the handler writes and its recorded answer commit together, or none of them. */
export function transactionRun(store: IdempotencyStore, contract: Contract, run: Run, fail: Fail): KeyedRun {
  return (exchange, claim) => {
    let answer: Reply | undefined

    function keep(reply: Reply): MaybePromise<TransactionEnd> {
      return after(toRecord(reply), (record) => {
        answer = firstReply(reply, record)
        return { effects: 'keep', reply: record }
      })
    }

    function undo(thrown: unknown): MaybePromise<TransactionEnd> {
      answer = fail(exchange, thrown)
      const final = isFinal(contract, thrown) && exchange.failure?.declared === true
      return final ? { effects: 'record', reply: toRecord(answer) as RecordedReply } : { effects: 'discard' }
    }

    function work(tx: unknown): MaybePromise<TransactionEnd> {
      exchange.tx = tx
      exchange.keepGoing = claim !== undefined
      return rescue(() => after(run(exchange), keep), undo)
    }

    const conclude = (taken: IdempotencyRecord | undefined): Reply =>
      taken === undefined ? (answer as Reply) : answerTaken(exchange, claim as Claim, taken)
    return guarded(() => store.transact!(claim, work), conclude)
  }
}
