import { type ApiError, isApiError, returnedRefusal } from '../contract/api-error.ts'
import type { Exchange } from '../server/exchange.ts'
import type { CompiledGuard, Guard } from '../server/guard.ts'
import { after, rescue } from '../server/maybe-promise.ts'
import type { LimitStore, LimitVerdict, MaybePromise } from '../server/stores.ts'
import { attemptsByAddress, type Line } from './attempts-by-address.ts'
import { clientAddress } from './client-address.ts'
import { type LimitPolicy, type LimitRate, parseRate, stateHeader, wholeSeconds } from './limit-policy.ts'

export interface AddressLimitOptions {
  /** How many failed authentications an address has. Default `20/min`. */
  readonly failures?: LimitRate
  /** Ranges, or single addresses, of proxies whose `X-Forwarded-For` is believed, as `10.0.0.0/8`. Default: none. */
  readonly trustedProxies?: readonly string[]
}

/**
 * Limits what one address can try: each failed authentication is charged to it, and one that has spent its budget is
 * refused with 429 before its key is looked at. No more attempts of an address run at once than it has left, whatever
 * the time a look-up takes; what is more waits for its turn, a second at most. IPv6 counts by /64, mapped IPv4 as IPv4.
 * @throws {ContractError} for a rate or a range that is none
 * @example
 * addressLimit(memoryLimits(), { failures: '20/min', trustedProxies: ['10.0.0.0/8'] })
 */
export function addressLimit(store: LimitStore, options: AddressLimitOptions = {}): Guard {
  const policy = parseRate('address', options.failures ?? '20/min')
  const { intervalMs, burst } = policy
  const addressOf = clientAddress('addressLimit', options.trustedProxies)
  const enter = attemptsByAddress()

  /** A store that is lost lets everybody through here: the key is still checked. */
  function take(address: string, cost: number): MaybePromise<readonly LimitVerdict[]> {
    return rescue(
      () => store.take([{ key: `address:${address}`, intervalMs, burst, cost }]),
      () => [],
    )
  }

  /** Counted before the store is asked: whoever comes while it thinks knows of this attempt. */
  function admit(exchange: Exchange, address: string): MaybePromise<ApiError | undefined> {
    const line = enter(address)
    const others = line.running - 1
    return after(take(address, 0), (verdicts) => judge(exchange, address, line, others, verdicts[0]))
  }

  function judge(
    exchange: Exchange,
    address: string,
    line: Line,
    others: number,
    verdict: LimitVerdict | undefined,
  ): MaybePromise<ApiError | undefined> {
    const left = verdict?.remaining ?? Infinity
    if (left >= 1 && left - others < 1) {
      return line.turn(exchange.request.signal, exchange.startedMs).then((isTurn) => {
        if (isTurn) return admit(exchange, address)
        return returnedRefusal('rate_limited', {
          retryAfterSeconds: 1,
          message: 'Too many requests of this address wait already.',
        })
      })
    }
    if (verdict !== undefined && left < 1) {
      line.leave()
      return spent(policy, verdict)
    }
    exchange.whenKeyDecided(() => line.leave())
    return undefined
  }

  const compiled: CompiledGuard = {
    step: (exchange) => admit(exchange, addressOf(exchange.request)),
    refused(exchange, error, stage) {
      // Freed when it is charged, not before: the next one must see the charge.
      const isCharged = stage === 'key' && isApiError(error) && error.status === 401
      const charged = isCharged ? take(addressOf(exchange.request), 1) : []
      return after(charged, () => {
        exchange.keyDecided()
        return undefined
      })
    },
  }

  return {
    name: 'address_limit',
    stage: 'address_limit',
    codes: () => ['rate_limited'],
    compile: ({ open }) => (open ? undefined : compiled),
  }
}

function spent(policy: LimitPolicy, verdict: LimitVerdict): ApiError {
  return returnedRefusal('rate_limited', {
    retryAfterSeconds: wholeSeconds(verdict.retryAfterMs),
    message: 'Too many failed authentications from this address.',
    headers: [
      ['ratelimit-policy', policy.header],
      ['ratelimit', stateHeader(policy, { ...verdict, allowed: false })],
    ],
  })
}
