import ipaddr, { type IPv4, type IPv6 } from 'ipaddr.js'
import { ContractError, kindOf } from '../contract/contract-error.ts'
import type { ApiRequest } from '../server/request.ts'

/** Tells which address a request is counted under. */
export type ClientAddress = (request: ApiRequest) => string

/**
 * Makes the function that names the address of a caller: the nearest one that is no trusted proxy, reading
 * `X-Forwarded-For` from its end; mapped IPv4 as IPv4, IPv6 cut to its /64.
 * @throws {ContractError} for a range that is none; `where` names its place
 * @example
 * clientAddress('addressLimit', ['10.0.0.0/8'])(request) // '203.0.113.7'
 */
export function clientAddress(where: string, trustedProxies: readonly string[] = []): ClientAddress {
  const trusted = trustedProxies.map((text) => toRange(where, text))
  return (request) => {
    if (trusted.length === 0) {
      const plain = request.address.startsWith(mapped) ? request.address.slice(mapped.length) : request.address
      if (ipv4.test(plain)) return plain
    }
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
}

/** As the system writes them: most addresses need no parser. */
const ipv4 = /^(?:(?:25[0-5]|2[0-4]\d|1\d\d|[1-9]?\d)(?:\.(?!$)|$)){4}$/
const mapped = '::ffff:'

type Range = readonly [IPv4 | IPv6, number]

function toRange(where: string, text: string): Range {
  try {
    const [address, bits] = ipaddr.parseCIDR(text)
    return [address, bits]
  } catch {
    throw new ContractError(
      `${where}: trustedProxies`,
      `no range of addresses, ${kindOf(text)}`,
      "such as '10.0.0.0/8'",
    )
  }
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
