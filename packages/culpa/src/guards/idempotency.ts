import { type ApiError, isApiError, refusal } from '../contract/api-error.ts'
import { ContractError } from '../contract/contract-error.ts'
import type { Contract } from '../contract/define-contract.ts'
import type { Exchange } from '../server/exchange.ts'
import type { Fail, Guard, Run } from '../server/guard.ts'
import { handlerInput } from '../server/handler-input.ts'
import type { Operation, Outcome } from '../server/operation.ts'
import type { Reply } from '../server/reply.ts'
import type {
  IdempotencyClaim,
  IdempotencyRecord,
  IdempotencyStore,
  MaybePromise,
  RecordedReply,
  TransactionEnd,
} from '../server/stores.ts'
import { toSuccessReply } from '../server/success-reply.ts'
import { type Claim, readClaim, stepKeyOf } from './idempotency-key.ts'
import { firstReply, replayReply, toRecord } from './recorded-reply.ts'

export interface IdempotencyOptions {
  /** How long a lease-mode attempt may run before its outcome counts as unknown, in milliseconds. Default 120 000. */
  readonly leaseMs?: number
}

/**
 * Makes a request with an `Idempotency-Key` take effect once. On a transactional store the handler's writes and its
 * recorded answer commit together; in lease mode, for handlers that call foreign systems, it takes effect at most once
 * and an attempt that was lost is called unknown, never run again by itself.
 * @example
 * createApi({ contract, operations, guards: { keys, idempotency: idempotency(sqliteIdempotency(db)) } })
 */
export function idempotency(store: IdempotencyStore, options: IdempotencyOptions = {}): Guard {
  const leaseMs = options.leaseMs ?? 120_000

  function compile(operation: Operation, contract: Contract) {
    if (operation.idempotency === 'ignored' && operation.mode === undefined) return undefined
    const transactional = isTransactional(store, operation)
    const keyed = (run: Run, fail: Fail): KeyedRun =>
      transactional
        ? transactionRun(store, contract, run, fail)
        : leaseRun(store, operation, contract, leaseMs, run, fail)
    if (operation.idempotency === 'ignored') {
      return {
        around(run: Run, fail: Fail): Run {
          const unkeyed = keyed(run, fail)
          return (exchange) => unkeyed(exchange, undefined)
        },
      }
    }
    return {
      step: operation.idempotency === 'required' ? requireKey : checkKey,
      around(run: Run, fail: Fail): Run {
        const once = keyed(run, fail)
        return (exchange) => once(exchange, readClaim(exchange))
      },
      refused: (exchange: Exchange, _error: ApiError, stage: string) =>
        stage === 'validation' || stage === 'precondition' ? lookUp(store, exchange) : undefined,
    }
  }

  return {
    name: 'idempotency',
    stage: 'idempotency',
    codes: ({ idempotency: wanted }) =>
      wanted === 'ignored'
        ? ['service_unavailable']
        : [
            ...(wanted === 'required' ? (['idempotency_key_missing'] as const) : []),
            'idempotency_key_malformed',
            'idempotency_key_reused',
            'idempotency_in_progress',
            'idempotency_outcome_unknown',
            'idempotency_response_expired',
            'service_unavailable',
          ],
    compile,
  }
}

type KeyedRun = (exchange: Exchange, claim: Claim | undefined) => MaybePromise<Reply>

function isTransactional(store: IdempotencyStore, { id, mode }: Operation): boolean {
  if (mode === 'transactional' && store.transact === undefined) {
    throw new ContractError(
      `operation ${JSON.stringify(id)}: mode`,
      'transactional, and the idempotency store has no transactions',
      "use sqliteIdempotency(db), or mode: 'lease'",
    )
  }
  return mode !== 'lease' && store.transact !== undefined
}

function requireKey(exchange: Exchange): void {
  if (readClaim(exchange) === undefined) throw refusal('idempotency_key_missing', { param: 'Idempotency-Key' })
}

function checkKey(exchange: Exchange): void {
  readClaim(exchange)
}

/** A request that no longer passes validation still gets the answer it once had. */
async function lookUp(store: IdempotencyStore, exchange: Exchange): Promise<Reply | undefined> {
  try {
    const claim = readClaim(exchange)
    if (claim === undefined) return undefined
    const record = await store.find(claim.scope)
    const same = record?.state === 'finished' && record.fingerprint === claim.fingerprint
    return same ? replay(exchange, record.reply) : undefined
  } catch {
    return undefined
  }
}

function replay(exchange: Exchange, record: RecordedReply): Reply {
  exchange.replayed = true
  const code = record.headers.find(([name]) => name === 'error-code')?.[1]
  if (code !== undefined) exchange.failure = { code, source: 'handler', declared: true, cause: undefined }
  return replayReply(record)
}

/** The answer to a request whose key is taken. */
function answerTaken(exchange: Exchange, claim: Claim, record: IdempotencyRecord): Reply {
  if (record.fingerprint !== claim.fingerprint) throw refusal('idempotency_key_reused')
  if (record.state === 'finished') return replay(exchange, record.reply)
  if (record.state === 'running') throw refusal('idempotency_in_progress', { retryAfterSeconds: 1 })
  throw refusal(record.state === 'unknown' ? 'idempotency_outcome_unknown' : 'idempotency_response_expired')
}

/** True for a refusal that the same request would meet again: it is the result, and is recorded. */
function isFinal(contract: Contract, thrown: unknown): boolean {
  if (!isApiError(thrown)) return false
  const declaration = contract.codes.get(thrown.code)
  return declaration !== undefined && declaration.declaredStatus < 500 && declaration.retry === 'never'
}

function transactionRun(store: IdempotencyStore, contract: Contract, run: Run, fail: Fail): KeyedRun {
  return (exchange, claim) => {
    let answer: Reply | undefined

    function keep(reply: Reply): MaybePromise<TransactionEnd> {
      const record = toRecord(reply)
      if (record instanceof Promise) return record.then((kept) => keep(firstReply(reply, kept)))
      answer = reply
      return { effects: 'keep', reply: record }
    }

    function undo(thrown: unknown): MaybePromise<TransactionEnd> {
      answer = fail(exchange, thrown)
      const final = isFinal(contract, thrown) && exchange.failure?.declared === true
      return final ? { effects: 'record', reply: toRecord(answer) as RecordedReply } : { effects: 'discard' }
    }

    function work(tx: unknown): MaybePromise<TransactionEnd> {
      exchange.tx = tx
      exchange.keepGoing = claim !== undefined
      try {
        const reply = run(exchange)
        return reply instanceof Promise ? reply.then(keep).catch(undo) : keep(reply)
      } catch (thrown) {
        return undo(thrown)
      }
    }

    const conclude = (taken: IdempotencyRecord | undefined): Reply =>
      taken === undefined ? (answer as Reply) : answerTaken(exchange, claim as Claim, taken)
    return guarded(() => store.transact!(claim, work), conclude)
  }
}

/** A store that fails answers 503; nothing has happened then. A misuse of it stays what it is; fetch fails with a cause. */
function guarded<Value>(
  ask: () => MaybePromise<Value>,
  conclude: (value: Value) => MaybePromise<Reply>,
): MaybePromise<Reply> {
  const lost = (cause: unknown): never => {
    const isMisuse = cause instanceof TypeError && cause.cause === undefined
    throw isMisuse ? cause : refusal('service_unavailable', { cause })
  }
  let pending: MaybePromise<Value>
  try {
    pending = ask()
  } catch (cause) {
    return lost(cause)
  }
  return pending instanceof Promise ? pending.catch(lost).then(conclude) : conclude(pending)
}

function leaseRun(
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

    async function runClaimed(attempt: number): Promise<Reply> {
      exchange.keepGoing = true
      exchange.runStep = (name, work) => runStep(store, scope, attempt, name, work)
      let reply: Reply
      try {
        reply = await run(exchange)
        const record = await toRecord(reply)
        return (await finished(attempt, record)) ? firstReply(reply, record) : lost()
      } catch (thrown) {
        return afterThrow(attempt, thrown)
      }
    }

    async function afterThrow(attempt: number, thrown: unknown): Promise<Reply> {
      if (isApiError(thrown, 'idempotency_outcome_unknown')) {
        await quietly(() => store.abandon(scope, attempt))
        throw thrown
      }
      const reply = fail(exchange, thrown)
      const declared = exchange.failure?.declared === true
      if (declared && isFinal(contract, thrown)) {
        return (await finished(attempt, await toRecord(reply))) ? reply : lost()
      }
      const harmless = declared && isApiError(thrown) && (thrown.noEffect || thrown.status < 500)
      await quietly(() => (harmless ? store.release(scope, attempt) : store.abandon(scope, attempt)))
      return reply
    }

    /** An answer that cannot be recorded must not be given: a retry could not repeat it. */
    async function finished(attempt: number, record: RecordedReply): Promise<boolean> {
      try {
        return await store.finish(scope, attempt, record)
      } catch (cause) {
        throw refusal('idempotency_outcome_unknown', { cause })
      }
    }

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

async function runStep<Result>(
  store: IdempotencyStore,
  scope: string,
  attempt: number,
  name: string,
  work: (stepKey: string) => Promise<Result>,
): Promise<Result> {
  const recorded = await store.findStep(scope, name)
  if (recorded !== undefined) return JSON.parse(new TextDecoder().decode(recorded)) as Result
  const result = await work(stepKeyOf(scope, name))
  const saved = await store.saveStep(scope, attempt, name, new TextEncoder().encode(JSON.stringify(result ?? null)))
  if (!saved) throw refusal('idempotency_outcome_unknown')
  return result
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
