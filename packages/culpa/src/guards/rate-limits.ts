import { type ApiError, refusal, returnedRefusal } from '../contract/api-error.ts'
import { ContractError, kindOf } from '../contract/contract-error.ts'
import { checkNumber } from '../server/check-number.ts'
import type { Exchange } from '../server/exchange.ts'
import { type CompiledGuard, type Guard, shared } from '../server/guard.ts'
import { isPending } from '../server/maybe-promise.ts'
import type { Caller, LimitCharge, LimitStore, LimitVerdict, MaybePromise } from '../server/stores.ts'
import { type ClientAddress, clientAddress } from './client-address.ts'
import { type LimitPolicy, type LimitRate, parseRate, stateHeader, wholeSeconds } from './limit-policy.ts'

/** What happens when the store of limits is lost: refuse with 503, or go on with a limit of this process. */
export type WhenLost = 'open' | 'closed'

/** A limit by name: one rate for all, or one for each plan, and what happens when the store is lost. */
export type LimitDefinition =
  | LimitRate
  | {
      readonly default: LimitRate
      readonly plans?: Readonly<Record<string, LimitRate>>
      readonly whenLost?: WhenLost
    }

export interface RateLimitOptions {
  /** Of limits that do not say so themselves. Default `closed`. */
  readonly whenLost?: WhenLost
  /** Limits on this machine alone while the store is lost; needed for `open`. */
  readonly fallback?: LimitStore
  /** How many processes share the limits: while the store is lost each grants its share of a rate. Default 1. */
  readonly nodes?: number
  /** Ranges, or single addresses, of proxies whose `X-Forwarded-For` is believed, for callers without a key. Default: none. */
  readonly trustedProxies?: readonly string[]
}

/** Rates of one limit: for callers without a plan, and by plan. */
interface Limit {
  readonly byDefault: LimitPolicy
  readonly byPlan: ReadonlyMap<string, LimitPolicy>
  readonly whenLost: WhenLost
}

/**
 * Limits callers by GCRA: a steady rate with a burst, no window to exploit. Every limit of an operation is checked, then
 * all are charged, or none; a refusal costs nothing. The limits belong to the tenant, not to one of its keys;
 * callers without a key are counted by address, IPv6 by /64.
 * @throws {ContractError} for a rate that is none, `open` without a fallback, an operation with an unknown limit or one
 * that costs more than the burst
 * @example
 * rateLimits(memoryLimits(), { writes: '100/min burst 20', reads: { default: '50/s', plans: { trial: '1/s' } } })
 */
export function rateLimits(
  store: LimitStore,
  definitions: Readonly<Record<string, LimitDefinition>>,
  options: RateLimitOptions = {},
): Guard {
  const addressOf = clientAddress('rateLimits', options.trustedProxies)
  const { fallback, nodes = 1, whenLost = 'closed' } = options
  checkNumber('rateLimits: nodes', nodes)
  const limits = new Map<string, Limit>(
    Object.entries(definitions).map(([name, one]) => [name, readLimit(name, one, whenLost)]),
  )
  checkWhenLost('rateLimits', whenLost)
  const isSomeOpen = whenLost === 'open' || [...limits.values()].some((limit) => limit.whenLost === 'open')
  if (fallback === undefined && isSomeOpen) {
    throw new ContractError(
      'rateLimits: fallback',
      'none, and whenLost is open',
      'pass a LimitStore, such as memoryLimits()',
    )
  }

  function lost(
    exchange: Exchange,
    charges: readonly LimitCharge[],
    cause: unknown,
  ): MaybePromise<ApiError | undefined> {
    if (fallback === undefined) return unavailable(cause)
    const shares = charges.map((charge) => shareOf(charge, nodes))
    // While guessing no RateLimit header is sent: the numbers would be wrong.
    return ask(fallback, exchange, shares, [], (_exchange, _charges, gone) => unavailable(gone))
  }

  const compiled = shared((cost: number, ...names: string[]) =>
    compile(
      cost,
      names.map((name) => limits.get(name) as Limit),
    ),
  )

  function compile(cost: number, used: readonly Limit[]): CompiledGuard {
    const isClosed = used.some((one) => one.whenLost === 'closed')
    const failed: Failed = isClosed ? (_exchange, _charges, cause) => unavailable(cause) : lost
    return {
      step(exchange) {
        const owner = ownerOf(exchange, addressOf)
        const policies = used.map((one) => policyOf(one, exchange.caller))
        const charges = policies.map((policy) => toCharge(policy, owner, cost))
        return ask(store, exchange, charges, policies, failed)
      },
    }
  }

  return {
    name: 'limits',
    stage: 'caller_limit',
    codes: ({ limit, cost }) => [
      'rate_limited',
      'service_unavailable',
      ...(limit.some((name) => tooDear(limits.get(name), cost)) ? (['cost_exceeds_limit'] as const) : []),
    ],
    compile({ id, limit, cost }) {
      if (limit.length === 0) return undefined
      for (const name of limit) checkUsed(id, name, limits, cost)
      return compiled(cost, ...limit)
    },
  }
}

function readLimit(name: string, definition: LimitDefinition, whenLost: WhenLost): Limit {
  if (typeof definition === 'string') return { byDefault: parseRate(name, definition), byPlan: new Map(), whenLost }
  if (typeof definition !== 'object' || definition === null) {
    throw new ContractError(
      `limit ${JSON.stringify(name)}`,
      `not a rate, ${kindOf(definition)}`,
      "such as '100/min burst 20'",
    )
  }
  const byPlan = Object.entries(definition.plans ?? {}).map(([plan, rate]) => [plan, parseRate(name, rate)] as const)
  checkWhenLost(`limit ${JSON.stringify(name)}`, definition.whenLost)
  return {
    byDefault: parseRate(name, definition.default),
    byPlan: new Map(byPlan),
    whenLost: definition.whenLost ?? whenLost,
  }
}

function checkWhenLost(where: string, value: unknown): void {
  if (value === undefined || value === 'open' || value === 'closed') return
  throw new ContractError(`${where}: whenLost`, `neither open nor closed, ${kindOf(value)}`, 'one of open, closed')
}

/** One of so many parts of a rate; a burst that lets the request itself through. */
function shareOf({ key, intervalMs, burst, cost }: LimitCharge, nodes: number): LimitCharge {
  return { key, intervalMs: intervalMs * nodes, burst: Math.max(cost, Math.ceil(burst / nodes)), cost }
}

function checkUsed(id: string, name: string, limits: ReadonlyMap<string, Limit>, cost: number): void {
  const limit = limits.get(name)
  const where = `operation ${JSON.stringify(id)}`
  if (limit === undefined) {
    throw new ContractError(
      `${where}: limit`,
      `no limit is called ${JSON.stringify(name)}`,
      `one of ${[...limits.keys()].join(', ')}`,
    )
  }
  if (cost > limit.byDefault.burst) {
    throw new ContractError(
      `${where}: cost`,
      `${cost} is more than the burst of ${name}, so nobody could ever call it`,
      'lower the cost, or raise the burst',
    )
  }
}

/** @throws {ApiError} `cost_exceeds_limit` where the caller's plan never allows as much */
function toCharge({ name, intervalMs, burst }: LimitPolicy, owner: string, cost: number): LimitCharge {
  if (cost <= burst) return { key: `${name}:${owner}`, intervalMs, burst, cost }
  const message = `This request costs ${cost} units; your limit ${name} allows ${burst} at once.`
  throw refusal('cost_exceeds_limit', { message })
}

function tooDear(limit: Limit | undefined, cost: number): boolean {
  return limit !== undefined && [...limit.byPlan.values()].some(({ burst }) => cost > burst)
}

function policyOf({ byDefault, byPlan }: Limit, { plan }: Caller): LimitPolicy {
  return plan === undefined ? byDefault : (byPlan.get(plan) ?? byDefault)
}

function ownerOf({ caller, request }: Exchange, addressOf: ClientAddress): string {
  return caller.keyId === '' ? `@${addressOf(request)}` : `${caller.tenant}:${caller.environment}`
}

/** What happens when the store cannot be asked. */
type Failed = (
  exchange: Exchange,
  charges: readonly LimitCharge[],
  cause: unknown,
) => MaybePromise<ApiError | undefined>

function ask(
  store: LimitStore,
  exchange: Exchange,
  charges: readonly LimitCharge[],
  policies: readonly LimitPolicy[],
  failed: Failed,
): MaybePromise<ApiError | undefined> {
  let verdicts: MaybePromise<readonly LimitVerdict[]>
  try {
    verdicts = store.take(charges)
  } catch (cause) {
    return failed(exchange, charges, cause)
  }
  if (!isPending(verdicts)) return conclude(exchange, verdicts, policies)
  return Promise.resolve(verdicts).then(
    (answer) => conclude(exchange, answer, policies),
    (cause) => failed(exchange, charges, cause),
  )
}

function unavailable(cause: unknown): never {
  throw refusal('service_unavailable', { cause })
}

function conclude(
  exchange: Exchange,
  verdicts: readonly LimitVerdict[],
  policies: readonly LimitPolicy[],
): ApiError | undefined {
  let rules = ''
  let states = ''
  let isAllowed = true
  let retryAfterMs = 0
  for (let index = 0; index < verdicts.length; index++) {
    const verdict = verdicts[index]!
    const policy = policies[index]
    if (policy !== undefined) {
      rules += index === 0 ? policy.header : `, ${policy.header}`
      states += index === 0 ? stateHeader(policy, verdict) : `, ${stateHeader(policy, verdict)}`
    }
    if (verdict.allowed) continue
    isAllowed = false
    retryAfterMs = Math.max(retryAfterMs, verdict.retryAfterMs)
  }
  if (rules !== '') exchange.replyHeaders.push(['ratelimit-policy', rules], ['ratelimit', states])
  return isAllowed ? undefined : returnedRefusal('rate_limited', { retryAfterSeconds: wholeSeconds(retryAfterMs) })
}
