import ipaddr, { type IPv4, type IPv6 } from 'ipaddr.js'
import { ContractError, kindOf } from '../contract/contract-error.ts'
import type { ApiRequest } from './request.ts'

/** The address of a caller; nothing where the platform tells none. */
export type FindAddress = (request: ApiRequest) => IPv4 | IPv6 | undefined

/**
 * Makes the function that tells the address of a caller behind proxies: the nearest one that is no trusted proxy, reading
 * `X-Forwarded-For` from its end, so that nobody can claim an address; mapped IPv4 as IPv4. For the access log.
 * @throws {ContractError} for what is neither a range nor an address
 * @example
 * accessLog(write, { clientAddress: clientAddress(['10.0.0.0/8']) })
 */
export function clientAddress(trustedProxies: readonly string[]): (request: ApiRequest) => string {
  const find = addressFinder('clientAddress', trustedProxies)
  return (request) => find(request)?.toString() ?? request.address
}

/**
 * As {@link clientAddress}, for whoever needs more than its text.
 * @throws {ContractError} for what is neither a range nor an address; `where` names its place
 */
export function addressFinder(where: string, trustedProxies: readonly string[] = []): FindAddress {
  const trusted = trustedProxies.map((text) => toRange(where, text))
  return (request) => {
    let address = toAddress(request.address)
    if (trusted.length === 0) return address
    const forwarded = (request.header('x-forwarded-for') ?? '').split(',')
    while (address !== undefined && isTrusted(address, trusted) && forwarded.length > 0) {
      const next = toAddress(forwarded.pop()!.trim())
      if (next === undefined) break
      address = next
    }
    return address
  }
}

type Range = readonly [IPv4 | IPv6, number]

function toRange(where: string, text: string): Range {
  try {
    const [address, bits] = text.includes('/') ? ipaddr.parseCIDR(text) : alone(text)
    return [address, bits]
  } catch {
    throw new ContractError(
      `${where}: trustedProxies`,
      `no range of addresses, ${kindOf(text)}`,
      "such as '10.0.0.0/8'",
    )
  }
}

/** @throws {Error} for what is no address; ipaddr.js takes a number for one */
function alone(text: string): Range {
  if (!/^(?:\d+\.){3}\d+$|:/.test(text)) throw new Error('no address')
  const address = ipaddr.parse(text)
  return [address, address.kind() === 'ipv4' ? 32 : 128]
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
