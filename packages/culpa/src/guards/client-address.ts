import ipaddr, { type IPv4, type IPv6 } from 'ipaddr.js'
import { addressFinder } from '../server/client-address.ts'
import type { ApiRequest } from '../server/request.ts'

/** Tells which address a request is counted under. */
export type ClientAddress = (request: ApiRequest) => string

/**
 * Makes the function that names the address of a caller for limits: the nearest one that is no trusted proxy, IPv6 cut
 * to its /64.
 * @throws {ContractError} for a range that is none; `where` names its place
 * @example
 * clientAddress('addressLimit', ['10.0.0.0/8'])(request) // '203.0.113.7'
 */
export function clientAddress(where: string, trustedProxies: readonly string[] = []): ClientAddress {
  const find = addressFinder(where, trustedProxies)
  if (trustedProxies.length > 0) return (request) => group(find(request), request.address)
  let last = { address: '', name: '' }
  return (request) => {
    const { address } = request
    // Requests of one connection come in a row.
    if (address !== last.address) {
      const plain = address.startsWith(mapped) ? address.slice(mapped.length) : address
      last = { address, name: ipv4.test(plain) ? plain : group(find(request), address) }
    }
    return last.name
  }
}

/** As the system writes them: most addresses need no parser. */
const ipv4 = /^(?:(?:25[0-5]|2[0-4]\d|1\d\d|[1-9]?\d)(?:\.(?!$)|$)){4}$/
const mapped = '::ffff:'

function group(address: IPv4 | IPv6 | undefined, otherwise: string): string {
  if (address === undefined) return otherwise
  if (address.kind() === 'ipv4') return address.toString()
  return `${ipaddr.parse(address.toString()).toByteArray().slice(0, 8).join('.')}/64`
}
