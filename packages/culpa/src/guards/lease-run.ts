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
  const lease: Lease = { store, operation, contract, leaseMs, run, fail }
  return (exchange, claim) => (claim === undefined ? run(exchange) : new LeasedRun(lease, exchange, claim).take())
}

/** What the requests of an operation have in common. */
interface Lease {
  readonly store: IdempotencyStore
  readonly operation: Operation
  readonly contract: Contract
  readonly leaseMs: number
  readonly run: Run
  readonly fail: Fail
}

/** One request that has a key. */
class LeasedRun {
  readonly #lease: Lease
  readonly #exchange: Exchange
  readonly #claim: Claim
  #attempt = 0
  #reconciled = false

  constructor(lease: Lease, exchange: Exchange, claim: Claim) {
    this.#lease = lease
    this.#exchange = exchange
    this.#claim = claim
  }

  take(): MaybePromise<Reply> {
    const { store, leaseMs } = this.#lease
    const { scope, fingerprint } = this.#claim
    return guarded(
      () => store.claim(scope, fingerprint, leaseMs),
      (taken) => this.#conclude(taken),
    )
  }

  #conclude(taken: IdempotencyClaim): MaybePromise<Reply> {
    if (taken.state === 'claimed') return this.#run(taken.attempt)
    const { store, operation, contract } = this.#lease
    const isOurs = taken.fingerprint === this.#claim.fingerprint
    const asks = taken.state === 'unknown' && isOurs && operation.reconcile !== undefined
    if (!asks || this.#reconciled) return answerTaken(this.#exchange, this.#claim, taken)
    this.#reconciled = true
    return settle(store, operation, contract, this.#exchange, this.#claim, taken.attempt).then(() => this.take())
  }

  #run(attempt: number): MaybePromise<Reply> {
    this.#attempt = attempt
    const steps = new LeaseSteps(this.#lease.store, this.#claim.scope, attempt)
    this.#exchange.steps = steps
    this.#exchange.keepGoing = true
    return rescue(
      () => after(this.#lease.run(this.#exchange), (reply) => this.#record(reply)),
      (thrown) => this.#afterThrow(thrown, steps.isOneRecorded),
    )
  }

  #record(reply: Reply): MaybePromise<Reply> {
    const record = toRecord(reply)
    return record instanceof Promise
      ? record.then((late) => this.#answerOnceFinished(reply, late))
      : this.#answerOnceFinished(reply, record)
  }

  #answerOnceFinished(reply: Reply, record: RecordedReply): MaybePromise<Reply> {
    return after(this.#finish(record), (isOurs) => (isOurs ? firstReply(reply, record) : lost()))
  }

  /** With a step that is recorded something has happened, whatever the handler answers: a release would run it again. */
  async #afterThrow(thrown: unknown, hasStep: boolean): Promise<Reply> {
    const { store, contract, fail } = this.#lease
    const { scope } = this.#claim
    const attempt = this.#attempt
    if (isApiError(thrown, 'idempotency_outcome_unknown')) {
      await quietly(() => store.abandon(scope, attempt))
      throw thrown
    }
    const reply = fail(this.#exchange, thrown)
    const declared = this.#exchange.failure?.declared === true
    if (declared && isFinal(contract, thrown)) {
      return (await this.#finish(await toRecord(reply))) ? reply : lost()
    }
    const harmless = declared && isApiError(thrown) && (thrown.noEffect || (thrown.status < 500 && !hasStep))
    await quietly(() => (harmless ? store.release(scope, attempt) : store.abandon(scope, attempt)))
    return reply
  }

  #finish(record: RecordedReply): MaybePromise<boolean> {
    return rescue(() => this.#lease.store.finish(this.#claim.scope, this.#attempt, record), unrecorded)
  }
}

/** An answer that cannot be recorded must not be given: a retry could not repeat it. */
function unrecorded(cause: unknown): never {
  throw refusal('idempotency_outcome_unknown', { cause })
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
