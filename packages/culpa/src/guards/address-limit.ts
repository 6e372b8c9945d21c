import ipaddr, { type IPv4, type IPv6 } from 'ipaddr.js'
import { isApiError, refusal } from '../contract/api-error.ts'
import { ContractError, kindOf } from '../contract/contract-error.ts'
import type { Exchange } from '../server/exchange.ts'
import type { Guard } from '../server/guard.ts'
import type { ApiRequest } from '../server/request.ts'
import type { LimitStore, LimitVerdict, MaybePromise } from '../server/stores.ts'
import { type LimitRate, parseRate } from './limit-policy.ts'

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
  const { intervalMs, burst } = parseRate('address', options.failures ?? '20/min')
  const trusted = (options.trustedProxies ?? []).map(toRange)

  function take(exchange: Exchange, cost: number): MaybePromise<readonly LimitVerdict[]> {
    return store.take([{ key: `address:${clientAddress(exchange.request, trusted)}`, intervalMs, burst, cost }])
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
          return verdicts instanceof Promise ? verdicts.then(judge) : judge(verdicts)
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

function judge([verdict]: readonly LimitVerdict[]): void {
  if (verdict === undefined || verdict.remaining >= 1) return
  throw refusal('rate_limited', {
    retryAfterSeconds: Math.max(1, Math.ceil(verdict.retryAfterMs / 1000)),
    message: 'Too many failed authentications from this address.',
  })
}

type Range = readonly [IPv4 | IPv6, number]

function toRange(text: string): Range {
  try {
    const [address, bits] = ipaddr.parseCIDR(text)
    return [address, bits]
  } catch {
    throw new ContractError(
      'addressLimit: trustedProxies',
      `no range of addresses, ${kindOf(text)}`,
      "such as '10.0.0.0/8'",
    )
  }
}

/** The nearest address that is no trusted proxy, reading `X-Forwarded-For` from its end; IPv6 cut to its /64. */
function clientAddress(request: ApiRequest, trusted: readonly Range[]): string {
  let address = toAddress(request.address)
  if (trusted.length === 0) return group(address, request.address)
  const forwarded = (request.header('x-forwarded-for') ?? '').split(',')
  while (address !== undefined && isTrusted(address, trusted) && forwarded.length > 0) {
    const next = toAddress(forwarded.pop()!.trim())
    if (next === undefined) break
    address = next
  }
  return group(address, request.address)
}

function toAddress(text: string): IPv4 | IPv6 | undefined {
  try {
    return ipaddr.process(text)
  } catch {
    return undefined
  }
}

function isTrusted(address: IPv4 | IPv6, trusted: readonly Range[]): boolean {
  return trusted.some(([range, bits]) => address.kind() === range.kind() && address.match(range, bits))
}

function group(address: IPv4 | IPv6 | undefined, otherwise: string): string {
  if (address === undefined) return otherwise
  if (address.kind() === 'ipv4') return address.toString()
  return `${ipaddr.parse(address.toString()).toByteArray().slice(0, 8).join('.')}/64`
}
