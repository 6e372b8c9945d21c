import { type ApiError, refusal } from '../contract/api-error.ts'
import { ContractError, kindOf } from '../contract/contract-error.ts'
import type { Contract } from '../contract/define-contract.ts'
import { checkNumber } from '../server/check-number.ts'
import type { Exchange } from '../server/exchange.ts'
import type { Fail, Guard, Run } from '../server/guard.ts'
import { after, rescue } from '../server/maybe-promise.ts'
import type { Operation } from '../server/operation.ts'
import type { Reply } from '../server/reply.ts'
import type { IdempotencyStore, MaybePromise } from '../server/stores.ts'
import { readClaim, readKey } from './idempotency-key.ts'
import { type KeyedRun, replay } from './keyed-run.ts'
import { leaseRun } from './lease-run.ts'
import { transactionRun } from './transaction-run.ts'

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
  checkNumber('idempotency: leaseMs', leaseMs)
  if (typeof store?.claim !== 'function') {
    throw new ContractError(
      'idempotency: store',
      `no idempotency store, ${kindOf(store)}`,
      'such as sqliteIdempotency(database)',
    )
  }

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

function requireKey(exchange: Exchange): undefined {
  if (readKey(exchange) === undefined) throw refusal('idempotency_key_missing', { param: 'Idempotency-Key' })
}

function checkKey(exchange: Exchange): undefined {
  readKey(exchange)
}

/** A request that no longer passes validation still gets the answer it once had. */
function lookUp(store: IdempotencyStore, exchange: Exchange): MaybePromise<Reply | undefined> {
  const find = () => {
    const claim = readClaim(exchange)
    if (claim === undefined) return undefined
    return after(store.find(claim.scope), (record) => {
      const same = record?.state === 'finished' && record.fingerprint === claim.fingerprint
      return same ? replay(exchange, record.reply) : undefined
    })
  }
  return rescue<Reply | undefined>(find, () => undefined)
}
