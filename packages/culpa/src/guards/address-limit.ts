import { isApiError, refusal } from '../contract/api-error.ts'
import type { Exchange } from '../server/exchange.ts'
import type { Guard } from '../server/guard.ts'
import type { LimitStore, LimitVerdict, MaybePromise } from '../server/stores.ts'
import { clientAddress } from './client-address.ts'
import { type LimitPolicy, type LimitRate, parseRate, stateHeader, wholeSeconds } from './limit-policy.ts'

export interface AddressLimitOptions {
  /** How many failed authentications an address has. Default `20/min`. */
  readonly failures?: LimitRate
  /** Ranges of proxies whose `X-Forwarded-For` is believed, as `10.0.0.0/8`. Default: none. */
  readonly trustedProxies?: readonly string[]
}

/**
 * Limits what one address can try: each failed authentication is charged to it, and one that has spent its budget is
 * refused with 429 before its key is looked at. IPv6 counts by /64, mapped IPv4 as IPv4.
 * @throws {ContractError} for a rate or a range that is none
 * @example
 * addressLimit(memoryLimits(), { failures: '20/min', trustedProxies: ['10.0.0.0/8'] })
 */
export function addressLimit(store: LimitStore, options: AddressLimitOptions = {}): Guard {
  const policy = parseRate('address', options.failures ?? '20/min')
  const { intervalMs, burst } = policy
  const addressOf = clientAddress('addressLimit', options.trustedProxies)

  function take(exchange: Exchange, cost: number): MaybePromise<readonly LimitVerdict[]> {
    return store.take([{ key: `address:${addressOf(exchange.request)}`, intervalMs, burst, cost }])
  }

  return {
    name: 'address_limit',
    stage: 'address_limit',
    codes: () => ['rate_limited'],
    compile: ({ open }) => {
      if (open) return undefined
      return {
        step(exchange) {
          const verdicts = lenient(() => take(exchange, 0))
          return verdicts instanceof Promise ? verdicts.then((list) => judge(policy, list)) : judge(policy, verdicts)
        },
        refused(exchange, error, stage) {
          if (stage !== 'key' || !isApiError(error) || error.status !== 401) return undefined
          const charged = lenient(() => take(exchange, 1))
          return charged instanceof Promise ? charged.then(() => undefined) : undefined
        },
      }
    },
  }
}

/** A store that is lost lets everybody through here: the key is still checked. */
function lenient(take: () => MaybePromise<readonly LimitVerdict[]>): MaybePromise<readonly LimitVerdict[]> {
  try {
    const verdicts = take()
    return verdicts instanceof Promise ? verdicts.catch(() => []) : verdicts
  } catch {
    return []
  }
}

function judge(policy: LimitPolicy, [verdict]: readonly LimitVerdict[]): void {
  if (verdict === undefined || verdict.remaining >= 1) return
  throw refusal('rate_limited', {
    retryAfterSeconds: wholeSeconds(verdict.retryAfterMs),
    message: 'Too many failed authentications from this address.',
    headers: [
      ['ratelimit-policy', policy.header],
      ['ratelimit', stateHeader(policy, { ...verdict, allowed: false })],
    ],
  })
}
