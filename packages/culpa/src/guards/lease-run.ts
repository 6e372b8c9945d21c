import { isApiError, refusal } from '../contract/api-error.ts'
import type { Contract } from '../contract/define-contract.ts'
import type { Exchange, Steps } from '../server/exchange.ts'
import type { Fail, Run } from '../server/guard.ts'
import { handlerInput } from '../server/handler-input.ts'
import { after, rescue } from '../server/maybe-promise.ts'
import type { Operation, Outcome } from '../server/operation.ts'
import type { Reply } from '../server/reply.ts'
import type { IdempotencyClaim, IdempotencyStore, MaybePromise, RecordedReply } from '../server/stores.ts'
import { toSuccessReply } from '../server/success-reply.ts'
import { type Claim, stepKeyOf } from './idempotency-key.ts'
import { answerTaken, guarded, isFinal, type KeyedRun } from './keyed-run.ts'
import { firstReply, toRecord } from './recorded-reply.ts'

/** Lease mode: the claim comes first and stands alone, so an attempt that was lost has an unknown outcome. */
export function leaseRun(
  store: IdempotencyStore,
  operation: Operation,
  contract: Contract,
  leaseMs: number,
  run: Run,
  fail: Fail,
): KeyedRun {
  return (exchange, claim) => {
    if (claim === undefined) return run(exchange)
    const { scope, fingerprint } = claim
    const take = () => guarded(() => store.claim(scope, fingerprint, leaseMs), conclude)
    let reconciled = false

    const conclude = (taken: IdempotencyClaim): MaybePromise<Reply> => {
      if (taken.state === 'claimed') return runClaimed(taken.attempt)
      const asks = taken.state === 'unknown' && taken.fingerprint === fingerprint && operation.reconcile !== undefined
      if (!asks || reconciled) return answerTaken(exchange, claim, taken)
      reconciled = true
      return settle(store, operation, contract, exchange, claim, taken.attempt).then(take)
    }

    const runClaimed = (attempt: number): MaybePromise<Reply> => {
      exchange.keepGoing = true
      const steps = new LeaseSteps(store, scope, attempt)
      exchange.steps = steps
      return rescue(
        () => after(run(exchange), (reply) => recorded(attempt, reply)),
        (thrown) => afterThrow(attempt, thrown, steps.isOneRecorded),
      )
    }

    const recorded = (attempt: number, reply: Reply): MaybePromise<Reply> =>
      after(toRecord(reply), (record) =>
        after(finished(attempt, record), (isOurs) => (isOurs ? firstReply(reply, record) : lost())),
      )

    /** With a step that is recorded something has happened, whatever the handler answers: a release would run it again. */
    async function afterThrow(attempt: number, thrown: unknown, hasStep: boolean): Promise<Reply> {
      if (isApiError(thrown, 'idempotency_outcome_unknown')) {
        await quietly(() => store.abandon(scope, attempt))
        throw thrown
      }
      const reply = fail(exchange, thrown)
      const declared = exchange.failure?.declared === true
      if (declared && isFinal(contract, thrown)) {
        return (await finished(attempt, await toRecord(reply))) ? reply : lost()
      }
      const harmless = declared && isApiError(thrown) && (thrown.noEffect || (thrown.status < 500 && !hasStep))
      await quietly(() => (harmless ? store.release(scope, attempt) : store.abandon(scope, attempt)))
      return reply
    }

    /** An answer that cannot be recorded must not be given: a retry could not repeat it. */
    const finished = (attempt: number, record: RecordedReply): MaybePromise<boolean> =>
      rescue(
        () => store.finish(scope, attempt, record),
        (cause) => {
          throw refusal('idempotency_outcome_unknown', { cause })
        },
      )

    return take()
  }
}

function lost(): never {
  throw refusal('idempotency_outcome_unknown')
}

async function quietly(ask: () => MaybePromise<unknown>): Promise<void> {
  try {
    await ask()
  } catch {
    // The lease runs out by itself, and the outcome is unknown then.
  }
}

/** No function that knows its request: those last until a full collection, and all that hangs on them. */
class LeaseSteps implements Steps {
  isOneRecorded = false
  readonly #store: IdempotencyStore
  readonly #scope: string
  readonly #attempt: number

  constructor(store: IdempotencyStore, scope: string, attempt: number) {
    this.#store = store
    this.#scope = scope
    this.#attempt = attempt
  }

  async run<Result>(name: string, work: (stepKey: string) => Promise<Result>): Promise<Result> {
    const result = await this.#find(name, work)
    this.isOneRecorded = true
    return result
  }

  async #find<Result>(name: string, work: (stepKey: string) => Promise<Result>): Promise<Result> {
    const recorded = await this.#store.findStep(this.#scope, name)
    if (recorded !== undefined) return JSON.parse(new TextDecoder().decode(recorded)) as Result
    const result = await work(stepKeyOf(this.#scope, name))
    const bytes = new TextEncoder().encode(JSON.stringify(result ?? null))
    if (!(await this.#store.saveStep(this.#scope, this.#attempt, name, bytes)))
      throw refusal('idempotency_outcome_unknown')
    return result
  }
}

/** Asks the operation what became of the attempt, and settles the record if it knows. */
async function settle(
  store: IdempotencyStore,
  operation: Operation,
  contract: Contract,
  exchange: Exchange,
  { scope }: Claim,
  attempt: number,
): Promise<void> {
  const ask = operation.reconcile as NonNullable<Operation['reconcile']>
  let found: Outcome<unknown>
  try {
    found = (await ask(handlerInput(exchange, contract) as never, (step) => stepKeyOf(scope, step))) as Outcome<unknown>
  } catch (cause) {
    throw refusal('idempotency_outcome_unknown', { cause })
  }
  if (found.outcome === 'unknown') return
  const reply = found.outcome === 'finished' ? await toRecord(toSuccessReply(found.result)) : undefined
  try {
    await store.settle(scope, attempt, reply)
  } catch (cause) {
    throw refusal('service_unavailable', { cause })
  }
}
